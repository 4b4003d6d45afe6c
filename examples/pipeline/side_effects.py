"""Side effects that only production executes.

SIDE_EFFECTS comes from `one-env env`. Only the exact word `execute` executes; anything else, a missing variable above
all, logs. This is a rail, not a wall: whoever sets the variable gets the effect.
"""

import os
import sys
from typing import Callable, Optional, TypeVar

T = TypeVar("T")


def executes() -> bool:
    """Whether side effects happen here."""
    return os.environ.get("SIDE_EFFECTS") == "execute"


def side_effect(description: str, action: Callable[[], T]) -> Optional[T]:
    """Does it in production, and says elsewhere what would have been done.

    `description` completes "Would …": `send email to a@example.com`. It ends up in logs: no secrets in it.
    """
    if executes():
        return action()
    print(f"[DEV] Would {description}", file=sys.stderr)
    return None
