"""The distillation, small: a card that loads, the same after a break, its start and its steps."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from training_pictures import save_paintings, save_photographs

from vst_core.errors import InputError, UsageError, WeightsError
from vst_core.features import LITE_LAYERS, LiteEncoder, load_encoder, load_lite
from vst_core.losses import gram_matrix
from vst_core.training import FeaturesRecipe, FeaturesRun, load_features_recipe, train_features
from vst_core.training.augment import disturbed
from vst_core.training.distillation.base_encoder import BaseEncoder, take_over
from vst_core.training.distillation.distill import DistillStage, _gram_error
from vst_core.training.distillation.distill_start import fit_start
from vst_core.training.distillation.features_session import _open_context, _student

pytestmark = [pytest.mark.usefixtures("one_thread"), pytest.mark.weights, pytest.mark.slow]

WIDTHS = {
    **{"relu1_1": 8, "relu2_1": 8, "relu3_1": 8, "relu4_1": 8},
    **{"relu4_2": 512, "relu4_3": 512, "relu5_1": 512},
}
SMALL = FeaturesRecipe(
    widths=WIDTHS,
    ranks={"relu4_2": 6, "relu4_3": 6, "relu5_1": 6},
    heads=dict.fromkeys(LITE_LAYERS, 8),
    hints={"relu4_3": 0.5},
    crop=32,
    pool=4,
    start_pictures=32,
    steps=4,
    seed=3,
)


class StoppedError(Exception):
    pass


@pytest.fixture(scope="module")
def folders(tmp_path_factory, shared):
    here = tmp_path_factory.mktemp("distil")
    return {
        "paintings": save_paintings(here / "paintings", count=2),
        "photographs": save_photographs(here / "photographs"),
        "weights_dir": shared / "weights",
    }


@pytest.fixture(scope="module")
def planned(folders):
    def plan(output, recipe=SMALL, **changes):
        return FeaturesRun(
            recipe=recipe, output=output, device="cpu", checkpoint_every=2, **folders, **changes
        )

    return plan


@pytest.fixture(scope="module")
def unbroken(planned, tmp_path_factory):
    torch.set_num_threads(1)
    return train_features(planned(tmp_path_factory.mktemp("whole")), lambda progress: None)


@pytest.fixture(scope="module")
def context(planned, tmp_path_factory):
    return _open_context(planned(tmp_path_factory.mktemp("context")))


@pytest.fixture(scope="module")
def started(context):
    torch.set_num_threads(1)
    net = _student(context)
    fit_start(net, context)
    return net


def test_a_run_writes_a_card_that_loads(unbroken):
    encoder = load_encoder(str(unbroken))
    found = encoder(torch.rand(1, 3, 32, 48), LITE_LAYERS)
    assert {name: tuple(value.shape) for name, value in found.items()} == {
        "relu1_1": (1, 8, 32, 48),
        "relu2_1": (1, 8, 16, 24),
        "relu3_1": (1, 8, 8, 12),
        "relu4_1": (1, 8, 4, 6),
        "relu4_2": (1, 8, 4, 6),
        "relu5_1": (1, 8, 2, 3),
    }
    text = unbroken.read_text()
    for word in ("teacher", "license", "sha256", "steps = 4", "photographs = 3", "[metrics]"):
        assert word in text


def test_a_run_that_was_broken_off_ends_as_an_unbroken_one(planned, unbroken, tmp_path):
    def stop(progress):
        raise StoppedError

    with pytest.raises(StoppedError):
        train_features(planned(tmp_path, replace(SMALL, steps=4)), stop)
    (tmp_path / "work" / "features.pt").unlink()  # the report comes at the end, as the last save
    again = train_features(planned(tmp_path), lambda progress: None)
    assert again.read_bytes() == unbroken.read_bytes()
    assert again.with_suffix(".safetensors").read_bytes() == (
        unbroken.with_suffix(".safetensors").read_bytes()
    )


def test_checkpoints_of_another_recipe_are_refused(planned, unbroken):
    other = planned(unbroken.parent, replace(SMALL, seed=4))
    with pytest.raises(InputError, match=r"checkpoints of another run \(it differs in seed\)"):
        train_features(other, lambda progress: None)


def test_a_run_goes_on_from_a_card(planned, unbroken, tmp_path):
    run = planned(tmp_path, replace(SMALL, steps=1), start=unbroken)
    card = train_features(run, lambda progress: None)
    one, two = (load_encoder(str(path)).trunk.state_dict() for path in (unbroken, card))
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=0, atol=2e-3)


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_the_start_has_its_share_in_what_is_written(planned, unbroken, tmp_path, share):
    """The mean, weighted so, of the start's weights and those that training on gives."""
    recipe = replace(SMALL, steps=2, rate=1.0)
    trained = train_features(planned(tmp_path / "1", recipe, start=unbroken), lambda _: None)
    mixing = replace(recipe, start_share=share)
    mixed = train_features(planned(tmp_path / "2", mixing, start=unbroken), lambda _: None)
    before, after, found = (
        load_encoder(str(card)).state_dict() for card in (unbroken, trained, mixed)
    )
    for name, value in found.items():
        expected = share * before[name] + (1 - share) * after[name]
        torch.testing.assert_close(value, expected, rtol=1e-3, atol=1e-3)
    moved = [(after[name] - before[name]).abs().max() for name in before]
    assert max(moved) > 0.01  # far more than the tolerance


@pytest.mark.parametrize("rank", [3, 9], ids=["squeezed more", "squeezed less"])
def test_a_share_needs_a_start_of_the_same_sizes(planned, unbroken, tmp_path, rank):
    recipe = replace(SMALL, start_share=0.5, ranks={**SMALL.ranks, "relu4_3": rank})
    with pytest.raises(UsageError, match="has other sizes than the recipe"):
        train_features(planned(tmp_path, recipe, start=unbroken), lambda progress: None)


def test_the_teacher_as_the_start_has_no_share(planned, unbroken, tmp_path):
    card = train_features(planned(tmp_path, replace(SMALL, start_share=0.5)), lambda progress: None)
    found, expected = (path.with_suffix(".safetensors") for path in (card, unbroken))
    assert found.read_bytes() == expected.read_bytes()


def test_heads_of_a_card_are_kept_and_their_bases_found_again(context, started):
    """What has been trained is not fitted anew on the few pictures of a start."""
    encoder = LiteEncoder(SMALL.widths, SMALL.ranks, SMALL.heads)
    encoder.trunk.load_state_dict(started.trunk.state_dict())
    encoder.heads.load_state_dict(started.heads.state_dict())
    again = _student(context)
    again.trunk.load_state_dict(started.trunk.state_dict())
    again.heads.load_state_dict(started.heads.state_dict())
    kept = BaseEncoder(encoder=encoder, layers=frozenset(WIDTHS), heads=frozenset(LITE_LAYERS))
    fit_start(again, context, kept)
    for name, value in started.heads.state_dict().items():
        assert torch.equal(again.heads.state_dict()[name], value), name
    one, two = (net.bases["relu1_1"].weight.flatten(1) for net in (started, again))
    torch.testing.assert_close(two @ two.T, torch.eye(8), rtol=0, atol=1e-4)
    # Of the large components the pictures tell which they are, of the small ones hardly.
    assert ((one * two).sum(1)[:3] > 0.99).all()


def test_only_heads_of_the_same_size_are_taken_over(context, unbroken):
    other = replace(SMALL, heads={**SMALL.heads, "relu3_1": 6})
    net = _student(replace(context, recipe=other))
    assert take_over(net, unbroken).heads == set(LITE_LAYERS) - {"relu3_1"}
    shipped = load_lite(unbroken).heads["relu2_1"].weight
    assert torch.equal(net.heads["relu2_1"].weight, shipped)


def test_a_run_that_squeezes_less_begins_with_what_the_card_computes(context, unbroken):
    wider = replace(SMALL, ranks={"relu4_2": 6, "relu4_3": 9, "relu5_1": 12})
    net = _student(replace(context, recipe=wider))
    assert take_over(net, unbroken).layers == set(WIDTHS)
    pictures, layers = torch.rand(1, 3, 32, 32), ("relu4_3", "relu5_1")
    with torch.no_grad():
        found, expected = net.trunk(pictures, layers), load_lite(unbroken).trunk(pictures, layers)
    for layer in layers:
        torch.testing.assert_close(found[layer], expected[layer], rtol=1e-4, atol=1e-3)
    assert all(value.abs().max() > 0 for value in net.trunk.convs["relu5_1"][0].weight)


@pytest.mark.parametrize(
    ("changes", "fitted"),
    [
        ({"ranks": {**SMALL.ranks, "relu4_3": 3}}, {"relu4_3"}),
        ({"ranks": {"relu4_2": 6, "relu5_1": 6}}, {"relu4_3"}),
        ({"widths": {**WIDTHS, "relu3_1": 7}}, {"relu3_1", "relu4_1"}),
    ],
    ids=["more squeezed", "plain", "narrower"],
)
def test_layers_of_another_size_are_fitted_to_those_of_the_card(context, unbroken, changes, fitted):
    """They come nearer to what the card computes there than its mean, the others are its own."""
    net = _student(replace(context, recipe=replace(SMALL, **changes)))
    before = take_over(net, unbroken)
    assert set(WIDTHS) - before.layers == fitted
    assert _unlike(net.trunk, before.encoder.trunk, "relu5_1", context) > 0.5
    fit_start(net, context, before)
    for layer in before.layers:
        own, its = (trunk.convs[layer].state_dict() for trunk in (net.trunk, before.encoder.trunk))
        assert all(torch.equal(own[name], its[name]) for name in its), layer
    assert _unlike(net.trunk, before.encoder.trunk, "relu5_1", context) < 0.5


def test_squeezed_as_much_as_before_hardly_anything_is_lost(context, unbroken):
    """The kernels of a squeezed layer, made whole, split and widened again, do the same."""
    net = _student(context)
    before = take_over(net, unbroken)
    for kernel in net.trunk.convs["relu4_3"].parameters():
        torch.nn.init.normal_(kernel)
    assert _unlike(net.trunk, before.encoder.trunk, "relu4_3", context) > 1
    fit_start(net, context, replace(before, layers=before.layers - {"relu4_3"}))
    assert _unlike(net.trunk, before.encoder.trunk, "relu4_3", context) < 0.02


def _unlike(one, two, layer, context):
    """Return the part of the second trunk's variance that the first does not give."""
    pictures = context.photographs.crops(8, 32, random=np.random.default_rng(1))
    with torch.no_grad():
        found, wanted = (trunk(pictures, [layer])[layer] for trunk in (one, two))
    spread = (wanted - wanted.mean(dim=(0, 2, 3), keepdim=True)).square().mean()
    return float((found - wanted).square().mean() / spread)


def test_a_card_of_other_layers_is_refused(planned, unbroken, tmp_path):
    fewer = {layer: width for layer, width in WIDTHS.items() if layer != "relu4_3"}
    recipe = replace(SMALL, widths=fewer, ranks={"relu4_2": 6, "relu5_1": 6}, hints={})
    with pytest.raises(UsageError, match="has other layers than the recipe"):
        train_features(planned(tmp_path, recipe, start=unbroken), lambda progress: None)


def test_a_teacher_that_is_no_vgg19_is_refused(planned, tmp_path):
    with pytest.raises(UsageError, match="'vgg16' is not a VGG-19"):
        train_features(planned(tmp_path, replace(SMALL, teacher="vgg16")), lambda progress: None)


def test_a_card_whose_weights_are_not_its_own_is_refused(unbroken, tmp_path):
    (tmp_path / "lite.toml").write_bytes(unbroken.read_bytes())
    (tmp_path / "lite.safetensors").write_bytes(b"something else")
    with pytest.raises(WeightsError, match=r"lite\.safetensors has SHA-256"):
        load_encoder(str(tmp_path / "lite.toml"))
    with pytest.raises(WeightsError, match="describes no encoder that can be read"):
        load_encoder(str(tmp_path / "absent.toml"))


def test_the_start_is_nearer_to_the_teacher_than_its_mean(context, started):
    random = np.random.default_rng(9)
    pictures = context.place(torch.stack([context.picture(random) for _ in range(4)]))
    with torch.no_grad():
        wanted = started.components({k: v.float() for k, v in context.teach(pictures).items()})
        found = started(pictures)
    for layer in LITE_LAYERS[:4]:  # deeper there are more channels than points to fit on
        error = (found[layer] - wanted[layer]).square().mean()
        assert error < 0.6 * wanted[layer].var(), layer


def test_components_keep_inner_products(context, started):
    """The basis is orthonormal, so Gram matrices in it are those of the teacher, projected."""
    picture = context.place(torch.rand(1, 3, 32, 32))
    teacher = context.teacher(picture, ("relu2_1",))["relu2_1"].float()
    rows = started.bases["relu2_1"].weight[:, :, 0, 0]
    torch.testing.assert_close(rows @ rows.T, torch.eye(8), rtol=0, atol=1e-4)
    found = gram_matrix(started.components({"relu2_1": teacher})["relu2_1"])[0]
    torch.testing.assert_close(found, rows @ gram_matrix(teacher)[0] @ rows.T, rtol=1e-3, atol=1e-3)


def test_a_step_is_drawn_from_the_seed_and_its_number_alone(context):
    one, two = DistillStage(context).batch(5), DistillStage(context).batch(5)
    assert torch.equal(one.fresh, two.fresh)
    assert torch.equal(one.begins, two.begins)
    assert torch.equal(one.rows, two.rows)
    assert not torch.equal(one.fresh, DistillStage(context).batch(6).fresh)


def test_visited_pictures_begin_at_a_start_and_move_on(context, started):
    stage = DistillStage(context)
    batch = stage.batch(0)
    terms = stage.losses(started, batch)
    assert set(terms) == {*LITE_LAYERS, "relu4_3", "gram"}
    assert torch.equal(started.contents[batch.rows], batch.contents)
    moved = (started.states[batch.rows] - batch.begins).abs()
    assert 0 < moved.mean() < 0.05
    assert started.ages[batch.rows].tolist() == [1.0, 1.0]
    assert all(value.requires_grad for value in terms.values())


def test_hints_fade_evenly(context, started):
    stage = DistillStage(context)
    batches = [stage.batch(step) for step in range(SMALL.steps)]
    assert [batch.hints for batch in batches] == [1.0, 0.75, 0.5, 0.25]
    kept = {name: value.clone() for name, value in started.state_dict().items()}
    found = []
    for hints in (1.0, 0.5):
        started.load_state_dict(kept)
        found.append(stage.losses(started, replace(batches[0], hints=hints))["relu4_3"])
    torch.testing.assert_close(found[1], found[0] / 2)


def test_hints_are_not_shipped(unbroken):
    names = load_encoder(str(unbroken)).state_dict()
    assert not any("hint" in name or "base" in name for name in names)


def test_a_gram_error_is_by_how_much_the_difference_to_the_painting_is_wrong():
    own, true = torch.rand(2, 5, 4, 4, dtype=torch.float64)  # 2 visited, their paintings, 1 more
    expected = sum(
        ((own[n] - own[n + 2]) - (true[n] - true[n + 2])).square().sum()
        / true[n + 2].square().sum()
        for n in range(2)
    )
    expected += (own[4] - true[4]).square().sum() / true[4].square().sum()
    torch.testing.assert_close(_gram_error(own, true, visited=2), expected / 5)


@pytest.mark.parametrize("seed", range(6))
def test_disturbed_pictures_stay_pictures(seed):
    random = np.random.default_rng(seed)
    found = disturbed(torch.rand(3, 16, 16), torch.rand(3, 16, 16), random=random)
    assert found.shape == (3, 16, 16)
    assert found.min() >= 0
    assert found.max() <= 1


def test_the_shipped_recipe_is_whole():
    recipe = load_features_recipe("lite")
    assert set(LITE_LAYERS) <= set(recipe.widths)
    assert set(recipe.heads) == set(LITE_LAYERS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps = 0", "'steps' of a recipe cannot be 0"),
        ("crop = 40\n[widths]", "The widths of a recipe lack relu1_1"),
        ("start_share = 1.0", "The start's share of a recipe cannot be 1.0"),
        ("start_share = -0.5", "'start_share' of a recipe cannot be -0.5"),
        ("[widths]\nrelu9_1 = 4", "The widths of a recipe have no relu9_1"),
        ("stride = 4", "A recipe has no 'stride'"),
        ("[hints]\nrelu4_4 = 0.5", "The hints of a recipe have no relu4_4"),
        ("[hints]\nrelu4_1 = 0.5", "The hints of a recipe have no relu4_1"),
        ("[hints]\nrelu4_3 = 0", "The hint of relu4_3 cannot be 0"),
        ("[ranks]\nrelu9_1 = 4", "The ranks of a recipe have no relu9_1"),
        ("[ranks]\nrelu1_1 = 4", "The ranks of a recipe have no relu1_1"),
        ("[ranks]\nrelu5_1 = 49", r"The rank of relu5_1 cannot be 49\. Give 1 to 48"),
        ("[ranks]\nrelu2_1 = 0", r"The rank of relu2_1 cannot be 0\. Give 1 to 16"),
    ],
)
def test_a_recipe_that_makes_no_sense(tmp_path, text, words):
    path = tmp_path / "own.toml"
    if text.startswith(("[ranks]", "[hints]")):
        heads = "\n".join(f"{layer} = 16" for layer in LITE_LAYERS)
        widths = heads.replace("relu5_1 = 16", "relu4_3 = 16\nrelu5_1 = 512")
        text += f"\n[widths]\n{widths}\n[heads]\n{heads}"
    path.write_text(text)
    with pytest.raises(UsageError, match=words):
        load_features_recipe(str(path))


def test_an_unknown_recipe():
    with pytest.raises(UsageError, match=r"No recipe is called 'light'\. Did you mean 'lite'"):
        load_features_recipe("light")
