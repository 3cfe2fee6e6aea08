"""`vst train`: what is asked for, and a whole tiny run on a machine with next to nothing."""

import json

import pytest

from vst_core.errors import UsageError, VstError

BARE = (
    "[sys.modules.__setitem__(name, None) for name in ("
    "'rich', 'OpenImageIO', 'cv2', 'fileseq', 'torchvision', 'ptlflow')]"
)


@pytest.fixture
def pictures(tmp_path):
    import numpy as np
    from PIL import Image

    random = np.random.default_rng(0)
    for name in ("My Painting.png", "photos/a.jpg", "photos/deep/b.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 256, (48, 64, 3), dtype=np.uint8)).save(path)
    return tmp_path


@pytest.fixture
def planned(room, pictures):
    def plan(*arguments):
        given = ["--painting", pictures / "My Painting.png", "--photos", pictures / "photos"]
        options = (
            room("commands.training.train").parser("vst train").read(map(str, [*given, *arguments]))
        )
        from vst_core.training import plan_training

        return plan_training(room("train_options").request(options))

    return plan


def test_recipe_is_style_and_from_a_style_it_is_quick(planned, tiny_styles):
    from vst_core.training import load_recipe

    fresh, quick = load_recipe("style"), load_recipe("quick")
    assert (fresh.width, fresh.itn.steps, fresh.vtn.steps) == (16, 4700, 1500)
    assert planned().recipe.itn == fresh.itn
    run = planned("--from", "candy")
    assert run.recipe.itn == quick.itn
    assert (run.start.name, run.recipe.width) == ("candy", 4)


def test_name_and_folder_come_from_the_painting(planned, pictures):
    run = planned()
    assert [entry.name for entry in run.recipe.styles] == ["my-painting"]
    assert (run.paintings, run.recipe.styles[0].painting) == (pictures, "My Painting.png")
    assert str(run.output) == "styles/my-painting"
    assert planned("--name", "own").recipe.styles[0].name == "own"


def test_numbers_given_win_over_the_recipe_s(planned):
    numbers = {"itn-steps": 5, "vtn-steps": 6, "width": 8, "crop": 64, "batch": 3, "seed": 0}
    flags = [text for name, value in numbers.items() for text in (f"--{name}", value)]
    run = planned(*flags, "--stroke-size", 300, "--style-weight", 20, "--title", "T")
    recipe = run.recipe
    assert (recipe.itn.steps, recipe.vtn.steps, recipe.width, recipe.crop) == (5, 6, 8, 64)
    assert (recipe.batch, recipe.seed, recipe.painting_size) == (3, 0, 300)
    assert (recipe.styles[0].weight, recipe.styles[0].title) == (20.0, "T")


@pytest.fixture
def plan_without_flow(room, pictures):
    def plan(*arguments):
        from vst_core.training import plan_training

        given = ["--photos", pictures / "photos", *arguments]
        options = room("commands.training.train").parser("vst train").read(map(str, given))
        return plan_training(room("train_options").request(options))

    return plan


@pytest.mark.parametrize("kind", ["lstm", "huang"])
def test_a_network_without_flow_is_held_to_the_look_of_its_card(
    kind, plan_without_flow, tiny_styles, tmp_path
):
    from dataclasses import asdict, replace

    from vst_core.styles import read_card, write_card
    from vst_core.training.recipe import LayerWeights

    usual, own = LayerWeights(), LayerWeights(relu1_2=1.0, relu4_3=0.4)
    assert plan_without_flow("--recipe", kind, "--from", "candy").recipe.layers == usual
    card = read_card(tiny_styles / "candy.toml")
    write_card(replace(card, recipe={**card.recipe, "layers": asdict(own)}))
    assert plan_without_flow("--recipe", kind, "--from", "candy").recipe.layers == own
    recipe = tmp_path / "mine.toml"
    recipe.write_text(f"[{kind}]\nsteps = 5\n[layers]\nrelu4_3 = 0.3\n", encoding="utf-8")
    stated = plan_without_flow("--recipe", recipe, "--from", "candy").recipe.layers
    assert stated == LayerWeights(relu4_3=0.3)


def test_a_network_without_flow_goes_on_from_a_card(plan_without_flow, pictures, tiny_styles):
    from vst_core.training import load_recipe

    plan = plan_without_flow
    run = plan("--recipe", "lstm", "--from", "candy", "--steps", 7, "--style-weight", 3)
    (entry,) = run.recipe.styles
    assert (entry.name, entry.weight, run.recipe.lstm.steps) == ("candy", 3.0, 7)
    assert (run.start.name, str(run.output), run.seconds) == ("candy", "styles/candy", None)
    assert plan("--recipe", "huang", "--from", "muse").recipe.huang == load_recipe("huang").huang
    timed = plan("--recipe", "huang", "--from", "muse", "--seconds", 9)
    assert timed.seconds == 9
    assert timed.recipe.huang.steps > 10**6
    refused = (
        ["--recipe", "lstm"],
        ["--recipe", "lstm", "--from", "candy", "--vtn-steps", 5],
        ["--recipe", "quick", "--painting", pictures / "My Painting.png", "--steps", 5],
        ["--recipe", "quick", "--painting", pictures / "My Painting.png", "--seconds", 5],
    )
    for arguments in refused:
        with pytest.raises(UsageError) as caught:
            plan(*arguments)
        assert caught.value.fix


def test_tuned_features_bring_the_layer_that_they_see_otherwise(planned, tiny_styles):
    plain, tuned = planned().recipe, planned("--features", "painting").recipe
    assert (plain.features, plain.layers.relu5_1) == ("vgg16", 0.0)
    assert (tuned.features, tuned.layers.relu5_1) == ("painting", 0.5)
    assert planned("--features", "vgg16").recipe == plain


def test_finishing_a_style_keeps_its_story(planned, tiny_styles):
    from vst_core.training.recipe import StyleEntry

    entry = planned("--from", "muse", "--name", "muse", "--recipe", "finish").recipe.styles[0]
    assert entry.title == "A muse"
    assert entry.weight == StyleEntry(name="muse", painting="muse.jpg").weight  # as it was trained


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "There is nothing to learn. Give --painting FILE"),
        (["--painting", "x.jpg"], "There is nothing to practice on. Give a folder"),
        (["--painting", "x.jpg", "--photos", "p"], "There is no painting x.jpg."),
        (["--recipe", "trunk", "--photos", "p"], "The recipe trunk needs --paintings DIR."),
        (["--recipe", "finish", "--photos", "p"], "The recipe finish lists no paintings."),
        (["--recipe", "trnk", "--photos", "p"], "Did you mean 'trunk'?"),
        (["--batch", "0"], "Argument --batch: '0' is not a whole number from 1 up."),
        (["--seed", "-1"], "Argument --seed: '-1' is not a whole number from 0 up."),
    ],
)
def test_what_does_not_make_sense_is_said_before_any_work(main, capsys, arguments, message):
    assert main("train", *arguments) in (2, 3)
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_width_and_name_have_to_fit(planned, tiny_styles):
    with pytest.raises(VstError, match="'muse' has width 4, not 16"):
        planned("--from", "muse", "--width", 16)
    with pytest.raises(VstError, match="A style cannot be called 'a b'"):
        planned("--name", "a b")


@pytest.mark.slow
def test_whole_run_on_a_bare_machine_and_again(process, main, pictures, shared, capsys):
    arguments = [
        *("train", "--painting", pictures / "My Painting.png", "--photos", pictures / "photos"),
        *("--out", pictures / "mine", "--weights-dir", shared / "weights", "--device", "cpu"),
        *("--width", 4, "--crop", 32, "--batch", 1, "--itn-steps", 2, "--vtn-steps", 2),
        *("--stroke-size", 48),
    ]
    first = process(*arguments, prelude=BARE)
    assert first.returncode == 0, first.stderr
    card = pictures / "mine" / "my-painting.toml"
    assert first.stdout == f"{card}\n"
    assert "itn (1 of 2), step 2 of 2: content " in first.stderr
    assert "vtn (2 of 2), step 2 of 2: content " in first.stderr
    assert "(100%)" in first.stderr
    for stage in ("itn", "vtn"):
        preview = pictures / "mine" / "work" / f"{stage}.jpg"
        assert preview.is_file()
        assert str(preview) in first.stderr
    assert "Error:" not in first.stderr
    assert "Warning" not in first.stderr

    assert main(*arguments, "--progress", "json") == 0
    again = capsys.readouterr()
    assert "Going on from the last checkpoint." in again.err
    assert all(json.loads(line)["kind"] == "progress" for line in again.out.splitlines())


def test_the_light_encoder_looks_at_a_painting_again(main, tiny_styles, pictures, capsys):
    from vst_core.styles import read_card

    before = read_card(tiny_styles / "candy.toml").files["lite"]
    assert main("train", "grams", "candy", "--painting", str(pictures / "My Painting.png")) == 0
    assert capsys.readouterr().out.strip() == str(tiny_styles / "candy.toml")
    after = read_card(tiny_styles / "candy.toml").files["lite"]
    assert after.encoder == before.encoder
    assert after.sha256 != before.sha256


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "No style is named"),
        (["candy"], "--painting is not given"),
        (["cand", "--painting", "x.jpg"], "Did you mean 'candy'"),
    ],
)
def test_what_is_missing_to_look_again_is_named(main, tiny_styles, capsys, arguments, words):
    assert main("train", "grams", *arguments) == 2
    assert words in capsys.readouterr().err
