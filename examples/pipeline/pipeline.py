"""Daily revenue: reads production, writes the schemas of its own prefix, and tells people about it.

The same code runs everywhere; `one-env env` decides where its output goes and whether anybody is told:

    eval "$(one-env env --who alice --format shell --with-secrets)"
    python pipeline.py
"""

import os
import smtplib
import sys
import urllib.request
from email.message import EmailMessage

import psycopg
from psycopg import sql

from side_effects import side_effect

SOURCE = "stripe"
READS_FROM = sql.Identifier(f"prod_{SOURCE}", "charges")


def main() -> None:
    # Without a default: code that guesses its prefix writes to the wrong place one day.
    prefix = os.environ.get("SCHEMA_PREFIX")
    if not prefix:
        sys.exit("SCHEMA_PREFIX is not set: `one-env env` prints it")
    target = sql.Identifier(f"{prefix}_{SOURCE}", "daily_revenue")
    # PGHOST, PGUSER, PGPASSWORD, … of the environment.
    with psycopg.connect("") as connection:
        days = build(connection, target)
    print(f"{days} days in {prefix}_{SOURCE}.daily_revenue")
    side_effect("send email to finance@example.com", lambda: send_email(days))
    side_effect("call https://api.example.com/revenue", lambda: call_api(days))
    side_effect("delete the raw files of last month", delete_raw_files)


def build(connection: psycopg.Connection, target: sql.Composable) -> int:
    """Replaces the table in one transaction: readers see the old rows or the new ones."""
    query = sql.SQL("select day, sum(amount) as amount from {} group by day").format(READS_FROM)
    connection.execute(sql.SQL("drop table if exists {}").format(target))
    return connection.execute(sql.SQL("create table {} as {}").format(target, query)).rowcount


def send_email(days: int) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "pipeline@example.com", "finance@example.com"
    message["Subject"] = f"revenue of {days} days"
    with smtplib.SMTP(os.environ["SMTP_HOST"]) as server:
        server.send_message(message)


def call_api(days: int) -> None:
    request = urllib.request.Request("https://api.example.com/revenue", data=str(days).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as response:
        response.read()


def delete_raw_files() -> None:
    for name in os.listdir(os.environ["RAW_DIRECTORY"]):
        os.remove(os.path.join(os.environ["RAW_DIRECTORY"], name))


if __name__ == "__main__":
    main()
