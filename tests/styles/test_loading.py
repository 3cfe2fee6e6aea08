"""From cards to networks: whole, mixed, and refused where a file is not what it should be."""

from dataclasses import replace

import pytest
import torch
from style_cards import save_state, save_style, tiny_state

from vst_core.errors import WeightsError
from vst_core.styles import FileEntry
from vst_core.styles.loading import load_grams, load_network, load_state, pick_row

ONE = torch.ones(1, 1)


def numbers(card, method):
    return load_network([(card, 1.0)], method=method).state_dict()


@pytest.mark.parametrize("method", ["itn", "vtn"])
def test_a_network_has_the_files_numbers_as_float32(tmp_path, method):
    card = save_style(tmp_path)
    net = load_network([(card, 1.0)], method=method)
    assert net.channels == {"itn": 3, "vtn": 7}[method]
    assert not net.training
    assert not any(value.requires_grad for value in net.parameters())
    for name, value in tiny_state(net.channels).items():
        assert torch.equal(net.state_dict()[name], value.half().float())


def test_a_row_is_one_style_of_a_trunk(tmp_path):
    card = save_style(tmp_path, styles=3, row=2)
    state = load_state(card, "itn")
    for name, value in numbers(card, "itn").items():
        row = value.shape[0] == 1 and state[name].shape[0] == 3
        assert torch.equal(value, state[name][2:] if row else state[name])
    assert pick_row(state, 1)["enter.norm.scale"].shape == (1, 2)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_mix_mixes_every_number(tmp_path, share):
    first, second = (save_style(tmp_path, f"s{i}", seed=i, family="f") for i in range(2))
    mixed = load_network([(first, share), (second, 1 - share)], method="vtn").state_dict()
    one, other = numbers(first, "vtn"), numbers(second, "vtn")
    for name, value in mixed.items():
        torch.testing.assert_close(value, share * one[name] + (1 - share) * other[name])


@torch.no_grad()
def test_a_mix_of_rows_is_the_trunk_with_mixed_norms(tmp_path):
    first = save_style(tmp_path, styles=2)
    second = replace(first, name="other", row=1)
    mixed = load_network([(first, 0.25), (second, 0.75)], method="itn").eval()
    from vst_core.nets import TransformNet

    trunk = TransformNet(width=2, styles=2).eval()
    trunk.load_state_dict(load_state(first, "itn"))
    frame = torch.rand(1, 3, 18, 20)
    expected = trunk(frame, torch.tensor([[0.25, 0.75]]))
    torch.testing.assert_close(mixed(frame, ONE), expected, rtol=1e-4, atol=1e-5)


def test_gram_targets_have_a_batch_of_one(tmp_path):
    grams = load_grams(save_style(tmp_path, seed=3))
    assert grams["relu1_2"].tolist() == [[[4, 3], [3, 4]]]


def with_file(card, kind, entry):
    return replace(card, files={**card.files, kind: entry})


def test_an_absent_file(tmp_path):
    card = save_style(tmp_path)
    card.path("vtn").unlink()
    with pytest.raises(WeightsError, match=r"Style 'tiny' lacks its file .*tiny-vtn\.safetensors"):
        load_network([(card, 1.0)], method="vtn")


@pytest.mark.parametrize("kind", ["itn", "vtn", "grams"])
def test_a_damaged_file(tmp_path, kind):
    card = save_style(tmp_path)
    content = bytearray(card.path(kind).read_bytes())
    content[-1] ^= 1
    card.path(kind).write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        load_state(card, kind)
    assert f"'{card.path(kind)}' is not the file that the card of 'tiny' promises" in str(
        caught.value
    )
    assert caught.value.exit_code == 6


def test_a_file_that_is_no_safetensors(tmp_path):
    from vst_core.hosts.hashes import file_hash

    card = save_style(tmp_path)
    card.path("itn").write_bytes(b"not safetensors")
    entry = FileEntry(file=card.files["itn"].file, sha256=file_hash(card.path("itn")))
    with pytest.raises(WeightsError, match="is damaged"):
        load_state(with_file(card, "itn", entry), "itn")


def test_a_foreign_network(tmp_path):
    card = save_style(tmp_path)
    foreign = [
        with_file(card, "itn", card.files["vtn"]),
        with_file(card, "itn", card.files["grams"]),
        with_file(card, "itn", save_state(tmp_path, "wide", tiny_state(3, width=3))),
        replace(card, row=1),
        replace(card, width=16),
    ]
    for wrong in foreign:
        with pytest.raises(WeightsError, match=r"does not hold row \d of a itn of width"):
            load_network([(wrong, 1.0)], method="itn")
