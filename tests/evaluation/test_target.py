"""Frames are held against the Gram matrices of the painting, its short side 512."""

import pytest
import torch
from safetensors.torch import save_file

from vst_core.errors import InputError, UsageError
from vst_core.evaluation import moving_frames, target_from_painting, target_from_styles
from vst_core.hosts.hashes import file_hash
from vst_core.image import read_picture, write_picture
from vst_core.losses import gram_targets, moment_targets
from vst_core.styles import FileEntry, StyleCard, write_card

CPU = torch.device("cpu")
LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def paintings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paintings")
    for seed, name in enumerate(("one", "two")):
        picture = next(moving_frames(width=72, height=64, count=1, seed=seed))
        write_picture(folder / f"{name}.png", picture)
    return folder


@pytest.fixture(scope="module")
def cards(paintings, encoder):
    """A card for each painting, with the Gram matrices that training ships."""
    for name in ("one", "two"):
        painting = read_picture(paintings / f"{name}.png", short_side=512)
        grams = {layer: gram[0] for layer, gram in gram_targets(encoder, painting).items()}
        path = paintings / f"{name}.safetensors"
        save_file(grams, path)
        entry = FileEntry(file=path.name, sha256=file_hash(path))
        files = dict.fromkeys(("itn", "vtn", "grams"), entry)
        moments = {layer: held[0] for layer, held in moment_targets(encoder, painting).items()}
        save_file(moments, paintings / f"{name}-moments.safetensors")
        other = paintings / f"{name}-moments.safetensors"
        files["moments"] = FileEntry(file=other.name, sha256=file_hash(other))
        write_card(StyleCard(name=name, width=16, row=0, files=files, folder=paintings))
    return paintings


@pytest.fixture(scope="module")
def one(paintings, encoder):
    return target_from_painting(paintings / "one.png", encoder, device=CPU)


@pytest.fixture
def frames():
    return tuple(moving_frames(width=48, height=40, count=2, seed=9))


def losses(measure, output, source):
    found = measure.measure(measure.features(output), measure.features(source))
    return found.style_loss, found.content_loss


def losses_written_out(encoder, output, source, painting):
    """As in the definition, with sums over every channel and place."""
    style = []
    found, wanted = encoder(output, LAYERS), encoder(painting, LAYERS)
    for layer in LAYERS:
        grams = []
        for activation in (found[layer][0], wanted[layer][0]):
            flat = activation.reshape(len(activation), -1)
            grams.append(torch.einsum("ip,jp->ij", flat, flat) / flat.shape[1])
        style.append(((grams[0] - grams[1]) ** 2).sum() / (grams[1] ** 2).sum())
    ours, theirs = found["relu3_3"], encoder(source, ["relu3_3"])["relu3_3"]
    content = ((ours - theirs) ** 2).sum() / (theirs**2).sum()
    return torch.stack(style).mean().item(), content.item()


def test_both_losses_equal_their_definitions(paintings, one, encoder, frames):
    painting = read_picture(paintings / "one.png", short_side=512)
    expected = losses_written_out(encoder, *frames, painting)
    assert losses(one, *frames) == pytest.approx(expected, rel=1e-4)


def moments_written_out(encoder, output, painting, *, share=1.0, other=None):
    """As in the definition, channel by channel; of a mixture if there is another painting."""
    of_layers = []
    for layer in LAYERS:
        ours, *theirs = (
            [(float(c.mean()), float(c.std(correction=0))) for c in encoder(each, LAYERS)[layer][0]]
            for each in (output, painting, other if other is not None else painting)
        )
        wanted = [
            [share * a + (1 - share) * b for a, b in zip(*pair, strict=True)]
            for pair in zip(*theirs, strict=True)
        ]
        error = sum(
            (a - b) ** 2
            for o, w in zip(ours, wanted, strict=True)
            for a, b in zip(o, w, strict=True)
        )
        of_layers.append(error / sum(value**2 for pair in wanted for value in pair))
    return sum(of_layers) / len(of_layers)


def test_means_and_deviations_equal_their_definition(paintings, one, encoder, frames):
    painting = read_picture(paintings / "one.png", short_side=512)
    expected = moments_written_out(encoder, frames[0], painting)
    features = one.features(frames[0])
    assert one.measure(features, features).style_moments == pytest.approx(expected, rel=1e-4)


def test_a_mix_is_held_against_the_mixture_of_means_and_deviations(cards, encoder, frames):
    names = [(str(cards / f"{name}.toml"), share) for name, share in (("one", 0.25), ("two", 0.75))]
    mixed = target_from_styles(names, encoder, device=CPU)
    first, second = (read_picture(cards / f"{n}.png", short_side=512) for n in ("one", "two"))
    expected = moments_written_out(encoder, frames[0], first, share=0.25, other=second)
    features = mixed.features(frames[0])
    assert mixed.measure(features, features).style_moments == pytest.approx(expected, rel=1e-4)


def test_a_card_from_before_has_no_means_and_deviations(older_card, encoder):
    target = target_from_styles(
        [("muse", 0.5), (str(older_card.folder / "older.toml"), 0.5)], encoder, device=CPU
    )
    assert target.moments is None
    features = target.features(torch.rand(1, 3, 32, 32))
    assert target.measure(features, features).style_moments is None


def test_every_shipped_style_knows_its_means_and_deviations(encoder):
    from vst_core.losses import STYLE_LAYERS
    from vst_core.styles import list_cards
    from vst_core.styles.loading import load_grams, load_moments

    for card in list_cards():
        moments, grams = load_moments(card), load_grams(card)
        for layer in STYLE_LAYERS:
            mean, deviation = moments[layer][0]
            # The mean square of a channel stands on the diagonal of the Gram matrix too. Those were
            # taken when the painting was read another way, so they agree in the main only.
            square = grams[layer][0].diagonal()
            found = torch.corrcoef(torch.stack((mean**2 + deviation**2, square)))[0, 1]
            assert found > 0.95


def test_a_card_stands_for_its_painting(cards, one, encoder, frames, monkeypatch):
    monkeypatch.setenv("VST_STYLES", str(cards))
    by_name = target_from_styles([("one", 1.0)], encoder, device=CPU)
    assert by_name.name == "one"
    assert losses(by_name, *frames) == pytest.approx(losses(one, *frames), rel=1e-5)


def test_a_mix_is_held_against_the_mixture_of_gram_matrices(cards, encoder, frames):
    one, two = str(cards / "one.toml"), str(cards / "two.toml")
    mixed = target_from_styles([(one, 0.25), (two, 0.75)], encoder, device=CPU)
    targets = {
        layer: 0.25 * gram[:1] + 0.75 * gram[1:] for layer, gram in mixed.loss.targets.items()
    }
    found = encoder(frames[0], LAYERS)
    expected = []
    for layer in LAYERS:
        flat = found[layer][0].flatten(1)
        gram = flat @ flat.T / flat.shape[1]
        expected.append((gram - targets[layer][0]).square().sum() / targets[layer].square().sum())
    assert losses(mixed, *frames)[0] == pytest.approx(torch.stack(expected).mean().item(), rel=1e-4)
    assert "0.25" in mixed.name


def test_an_unknown_style_and_a_painting_that_is_none(tmp_path, cards, encoder, monkeypatch):
    monkeypatch.setenv("VST_STYLES", str(cards))
    with pytest.raises(UsageError, match="'one'"):
        target_from_styles([("ome", 1.0)], encoder, device=CPU)
    with pytest.raises(InputError, match="none"):
        target_from_painting(tmp_path / "none.png", encoder, device=CPU)
