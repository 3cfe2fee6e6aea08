"""Recipes: those that travel along, and what is refused in one's own."""

import pytest

from vst_core.errors import InputError, UsageError
from vst_core.training import Recipe, StyleEntry, load_recipe, recipe_names


def write(tmp_path, text):
    (tmp_path / "mine.toml").write_text(text)
    return str(tmp_path / "mine.toml")


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_loads(name):
    recipe = load_recipe(name)
    assert recipe.width in (16, 32)
    assert recipe.itn.steps > 0
    assert recipe.vtn.steps > 0
    assert len({style.name for style in recipe.styles}) == len(recipe.styles)


def test_a_recipe_of_ones_own(tmp_path):
    text = 'width = 8\n[itn]\nsteps = 5\nrate = 1\n[[style]]\nname = "a"\npainting = "b.jpg"\n'
    recipe = load_recipe(write(tmp_path, text))
    assert (recipe.width, recipe.itn.steps, recipe.itn.rate) == (8, 5, 1)
    assert recipe.styles == (StyleEntry(name="a", painting="b.jpg"),)
    assert recipe.vtn == Recipe().vtn


def test_whole_numbers_serve_as_weights(tmp_path):
    text = '[itn]\nsteps = 5\n[[style]]\nname = "a"\npainting = "b.jpg"\nweight = 9\n'
    weight = load_recipe(write(tmp_path, text)).styles[0].weight
    assert (weight, type(weight)) == (9.0, float)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("widht = 16", "A recipe has no 'widht'. Did you mean 'width'?"),
        ("[itn]\nsteps = 3\nrates = 1", "A recipe has no 'rates'. Did you mean 'rate'?"),
        ('[[style]]\nnane = "a"', "A recipe has no 'nane'. Did you mean 'name'?"),
        ("[itn]\nrate = 1e-3", "The recipe is not whole"),
        ('[[style]]\nname = "a"', "'painting'. Add what is missing"),
        ('width = "wide"', "'width' of a recipe cannot be 'wide'. Give it a int"),
        ("width = 16.5", "'width' of a recipe cannot be 16.5"),
        ("crop = true", "'crop' of a recipe cannot be True"),
        ("crop = 31", "'crop' of a recipe cannot be 31. Give it a number of 32 or more"),
        ("batch = 0", "'batch' of a recipe cannot be 0. Give it a number above 0"),
        ("seed = -1", "'seed' of a recipe cannot be -1. Give it a number of 0 or more"),
        ("[itn]\nsteps = 3\nrate = nan", "'rate' of a recipe cannot be nan"),
        ("itn = 3", "'3' is not a table of a recipe"),
        ("styles = 3", "[[style]]"),
        ("style = 3", "[[style]]"),
    ],
)
def test_what_a_recipe_cannot_hold(tmp_path, text, message):
    with pytest.raises(UsageError) as caught:
        load_recipe(write(tmp_path, text))
    assert message in str(caught.value)


def test_an_unknown_recipe():
    with pytest.raises(UsageError, match=r"No recipe is called 'quik'\. Did you mean 'quick'\?"):
        load_recipe("quik")


def test_files_that_are_no_recipes(tmp_path):
    with pytest.raises(InputError, match=r"mine\.toml' is not TOML: .*line 1"):
        load_recipe(write(tmp_path, "width 16"))
    with pytest.raises(InputError, match=r"none\.toml' cannot be read .No such file"):
        load_recipe(str(tmp_path / "none.toml"))
