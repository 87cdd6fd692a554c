"""The command line of the core: `python -m core --help`."""

import typer

from core.cli import build, catalogs, encoders, evaluate, explain, map, probe, query, report, train
from core.memory import keep_freed_memory

app = typer.Typer(
    help="Drape: visual search for clothes, and the bench on which its models are compared.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (build, encoders, query, explain, evaluate, probe, report, train):
    app.registered_commands += commands.app.registered_commands
app.add_typer(catalogs.app, name="catalogs")
app.add_typer(encoders.encoders_app, name="encoders")
app.add_typer(map.map_app, name="map")

if __name__ == "__main__":
    keep_freed_memory()
    app()
