"""Budgets: limits that the figures of nets are held to, and what comes of them."""

from cnnshape.budget.checks import Update as Update
from cnnshape.budget.checks import assert_within as assert_within
from cnnshape.budget.checks import check as check
from cnnshape.budget.checks import update as update
from cnnshape.budget.records import Outcome as Outcome
from cnnshape.budget.records import Report as Report
from cnnshape.budget.records import Rule as Rule
