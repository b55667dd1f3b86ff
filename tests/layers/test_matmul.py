"""Matrix products, worked by hand."""

from tests.layers.worked import Refused, Worked

WORKED = [
    Worked("MatMul", {}, ((2, 3), (3, 4)), (2, 4), "8 outputs of 3", ops={"mac": 24}),
    Worked("MatMul", {}, ((5,), (5,)), (), "a scalar product", ops={"mac": 5}),
    Worked("MatMul", {}, ((3, 4), (4,)), (3,), "matrix by vector, as torch.matmul says", ops={"mac": 12}),
    Worked("MatMul", {}, ((4,), (10, 4, 5)), (10, 5), "a row before ten matrices", ops={"mac": 200}),
    Worked(
        "MatMul",
        {},
        ((10, 1, 3, 4), (5, 4, 2)),
        (10, 5, 3, 2),
        "batches of 10 x 1 and 5 are broadcast, as torch.matmul says: 300 outputs of 4",
        ops={"mac": 1200},
    ),
]

REFUSED = [
    Refused("MatMul", {}, ((), (3, 4)), "the first input has no axis"),
    Refused("MatMul", {}, ((3,), ()), "the second input has no axis"),
    Refused("MatMul", {}, ((2, 3), (4, 3)), "(2, 3) and (4, 3) do not multiply: 3 columns meet 4 rows"),
    Refused("MatMul", {}, ((2, 2, 3), (3, 3, 4)), "(2,) and (3,) do not merge: axis 0 has 2 and 3"),
]
