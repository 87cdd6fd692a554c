"""The command line of the core: `python -m core --help`."""

import typer

from core import cli_build, cli_catalogs, cli_encoders, cli_evaluate, cli_map, cli_query, cli_report, cli_train

app = typer.Typer(
    help="Drape: visual search for clothes, and the bench on which its models are compared.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (cli_build.app, cli_encoders.app, cli_query.app, cli_evaluate.app, cli_report.app, cli_train.app):
    app.registered_commands += commands.registered_commands
app.add_typer(cli_catalogs.app, name="catalogs")
app.add_typer(cli_encoders.encoders_app, name="encoders")
app.add_typer(cli_map.map_app, name="map")

if __name__ == "__main__":
    app()
