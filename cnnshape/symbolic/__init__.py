"""Numbers that are open while a net is built: one pass of the same formulas stands for many variants, or for any size.

A `Space` has variables, and terms are made of them by the arithmetic that the formulas do anyway.  Equal terms are one
object, every term knows bounds, and most conditions are decided by these.  Where they are not, the space is asked:

* for a *sweep* it looks at the points of the sweep.  Where they disagree, they part ways (`Parting`), and each part is
  built for itself: structures, and what is not valid, come about like that and are foreseen nowhere;
* for a *closed form* it looks at one point and notes the condition as an assumption.
"""

from cnnshape.symbolic.context import Space as Space
from cnnshape.symbolic.nodes import Term as Term
from cnnshape.symbolic.predicates import Claim as Claim
