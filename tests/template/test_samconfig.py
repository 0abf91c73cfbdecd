"""samconfig.toml deploys each environment under its own name, with parameters that the template has."""

import pytest

from tests.template.cloudformation import ENVIRONMENTS, Template, deployment_of, parameters_of, samconfig

each_environment = pytest.mark.parametrize("environment", ENVIRONMENTS)


@each_environment
def test_an_environment_has_one_name_everywhere(environment: str) -> None:
    """In the stack's name, its parameter and its tags."""
    deployment = deployment_of(environment)
    tags = dict(tag.split("=") for tag in deployment["tags"])

    assert deployment["stack_name"] == f"sluice-{environment}"
    assert parameters_of(environment)["Stage"] == environment
    assert tags.keys() == {"project", "stage", "owner", "cost-center"}
    assert tags["stage"] == environment


@each_environment
def test_overrides_name_parameters_of_the_template(environment: str, written: Template) -> None:
    """SAM passes over a name that the template does not have, and the default would be deployed."""
    assert parameters_of(environment).keys() <= written["Parameters"].keys()


@each_environment
def test_builds_do_not_come_from_a_cache(environment: str) -> None:
    """SAM's cache knows sources alone: for the other architecture it would answer with this one's build."""
    assert samconfig()[ENVIRONMENTS[environment]]["build"]["parameters"]["cached"] is False


def test_only_production_asks_before_it_changes_anything() -> None:
    """A person looks at the change set."""
    asking = {environment for environment in ENVIRONMENTS if deployment_of(environment)["confirm_changeset"]}

    assert asking == {"production"}


@each_environment
def test_the_architecture_is_the_one_that_was_built_for(environment: str) -> None:
    """`make build` writes it into the built template; an override here could name the other one."""
    assert "Architecture" not in parameters_of(environment)
