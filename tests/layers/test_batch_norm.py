"""Batch and instance normalisation, worked by hand."""

from cnnshape.layers.base import Tap
from cnnshape.layers.batch_norm import BatchNorm2d, InstanceNorm2d
from cnnshape.layers.index_maps import POINTWISE
from tests.layers.worked import Refused, Worked

_TRACKED = "num_batches_tracked"

WORKED = [
    Worked(
        "BatchNorm1d",
        {"momentum": None},
        ((2, 3),),
        (2, 3),
        "a factor and a shift for each of 6 elements",
        {"weight": (3,), "bias": (3,)},
        {"running_mean": (3,), "running_var": (3,), _TRACKED: ()},
        {"mul": 6, "add": 6},
    ),
    Worked(
        "BatchNorm2d",
        {"num_features": 64},
        ((1, 64, 112, 112),),
        (1, 64, 112, 112),
        "bn1 of ResNet: 64 x 112 x 112 elements",
        {"weight": (64,), "bias": (64,)},
        {"running_mean": (64,), "running_var": (64,), _TRACKED: ()},
        {"mul": 802_816, "add": 802_816},
    ),
    Worked(
        "BatchNorm2d",
        {"track_running_stats": False},
        ((2, 3, 4, 4),),
        (2, 3, 4, 4),
        "3 channels of 32: 31 + 32 + 31 + 1 = 95 adds, 64 products, 3 divisions and a root each; then 96 and 96",
        {"weight": (3,), "bias": (3,)},
        ops={"add": 3 * 95 + 96, "mul": 3 * 64 + 96, "div": 9, "sqrt": 3},
    ),
    Worked(
        "BatchNorm3d",
        {"affine": False},
        ((1, 2, 1, 2, 3),),
        (1, 2, 1, 2, 3),
        "mean and deviation are a shift and a factor for each of 12 elements",
        {},
        {"running_mean": (2,), "running_var": (2,), _TRACKED: ()},
        {"mul": 12, "add": 12},
    ),
    Worked(
        "InstanceNorm1d",
        {},
        ((2, 3, 4),),
        (2, 3, 4),
        "6 channels of 4: 3 + 4 + 3 + 1 adds, 8 products, 3 divisions and a root each",
        ops={"add": 66, "mul": 48, "div": 18, "sqrt": 6},
    ),
    Worked(
        "InstanceNorm2d",
        {"affine": True, "bias": False, "track_running_stats": True},
        ((2, 3, 1, 1),),
        (2, 3, 1, 1),
        "the statistics of training: a factor and a shift for each of 6 elements",
        {"weight": (3,)},
        {"running_mean": (3,), "running_var": (3,), _TRACKED: ()},
        {"mul": 6, "add": 6},
    ),
    Worked(
        "InstanceNorm3d",
        {"affine": True},
        ((1, 1, 1, 1, 2),),
        (1, 1, 1, 1, 2),
        "one channel of 2: 1 + 2 + 1 + 1 adds and 4 products, then 2 and 2",
        {"weight": (1,), "bias": (1,)},
        ops={"add": 7, "mul": 6, "div": 3, "sqrt": 1},
    ),
]

REFUSED = [
    Refused(
        "BatchNorm2d",
        {"num_features": 3},
        ((1, 4, 2, 2),),
        "num_features=3 is stated and the input has 4",
        hint="leave num_features out: it is read from the input",
    ),
    Refused("BatchNorm1d", {"eps": -1e-5}, ((2, 3),), "eps=-1e-05 is below 0"),
    Refused(
        "BatchNorm1d",
        {"eps": 0, "track_running_stats": False},
        ((2, 3),),
        "eps=0.0 does not go with statistics of the batch",
    ),
    Refused(
        "BatchNorm3d",
        {"track_running_stats": False},
        ((1, 3, 1, 1, 1),),
        "a channel has one value in the batch, which leaves no variance",
        hint="track_running_stats: true uses the statistics of training",
    ),
    Refused(
        "InstanceNorm2d",
        {"num_features": 3},
        ((1, 4, 2, 2),),
        "num_features=3 is stated and the input has 4",
        hint="leave num_features out: it is read from the input",
    ),
    Refused("InstanceNorm2d", {}, ((8, 3, 1, 1),), "a channel of H x W has one value, which leaves no variance"),
]


def test_statistics_of_the_batch_read_every_sample() -> None:
    x = (2, 3, 4, 4)
    assert all(BatchNorm2d().taps(x)[0])
    (taps,) = BatchNorm2d(track_running_stats=False).taps(x)
    assert taps == (None, Tap(1, POINTWISE), Tap(2, POINTWISE), Tap(3, POINTWISE))


def test_statistics_of_training_read_nothing_of_the_image() -> None:
    for kind in (BatchNorm2d, InstanceNorm2d):
        assert kind(track_running_stats=False).global_statistics
        assert not kind(track_running_stats=True).global_statistics
