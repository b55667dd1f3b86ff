"""Budgets: limits that the figures of nets are held to, and what comes of them."""

from cnnshape.commands.check.checks import Update as Update
from cnnshape.commands.check.checks import assert_within as assert_within
from cnnshape.commands.check.checks import check as check
from cnnshape.commands.check.checks import update as update
from cnnshape.commands.check.records import Outcome as Outcome
from cnnshape.commands.check.records import Report as Report
from cnnshape.commands.check.records import Rule as Rule
