"""The command line of the core: `python -m core --help`."""

import typer

from core import (
    cli_build,
    cli_catalogs,
    cli_encoders,
    cli_evaluate,
    cli_explain,
    cli_map,
    cli_query,
    cli_report,
    cli_train,
)

app = typer.Typer(
    help="Drape: visual search for clothes, and the bench on which its models are compared.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (cli_build, cli_encoders, cli_query, cli_explain, cli_evaluate, cli_report, cli_train):
    app.registered_commands += commands.app.registered_commands
app.add_typer(cli_catalogs.app, name="catalogs")
app.add_typer(cli_encoders.encoders_app, name="encoders")
app.add_typer(cli_map.map_app, name="map")

if __name__ == "__main__":
    app()
