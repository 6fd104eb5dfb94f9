"""Print what pyproject.toml declares as minimum of each requirement, as constraints for pip.

The arguments are the extras to include.
"""

import re
import sys
import tomllib
from pathlib import Path

declared = tomllib.loads(Path("pyproject.toml").read_text())
project = declared["project"]
requirements = {*declared["build-system"]["requires"], *project["dependencies"]}
for extra in sys.argv[1:]:
    requirements.update(project["optional-dependencies"][extra])
for requirement in sorted(requirements):
    found = re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?>=([\w.]+)", requirement)
    if found:
        print("==".join(found.groups()))
    elif not requirement.startswith("fssm["):
        sys.exit(f"{requirement}: no minimum is declared")
