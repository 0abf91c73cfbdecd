"""The tables of the benchmark, made by DuckDB from a hash of the row number: the same bytes every time."""

import sys
from collections.abc import Callable
from pathlib import Path

MEGABYTE = 1_000_000
WIDE_COLUMNS = 500
WORDS = (
    "['lamp','chair','sofa','blue','green','oak','steel','soft','large','small','kitchen','garden','set of',"
    "'delivered','with','without','and','the','new','old']"
)
FIRST_NAMES = "['Ann','Bob','Chen','Dora','Eve','Farid','Grace','Hugo','Ines','Jan','Zoë','José']"
LAST_NAMES = "['Smith','Garcia','Müller','Rossi','Novak','Kim','Ito','Singh']"
COUNTRIES = "['DE','FR','IT','ES','US','GB','JP','IN','BR','NL']"


def number(salt: int, below: int) -> str:
    """SQL of a number that looks random, by row and *salt*."""
    return f"((hash(i * 31 + {salt}) % 1000000007)::BIGINT % {below})"


def one_of(values: str, salt: int) -> str:
    """SQL of an element of the SQL list *values*."""
    return f"list_extract({values}, 1 + {number(salt, 1 << 30)} % len({values}))"


def sometimes(salt: int, one_in: int, text: str, otherwise: str) -> str:
    """SQL of *text* in one row of *one_in*: missing or invalid cells."""
    return f"CASE WHEN {number(salt, one_in)} = 0 THEN '{text}' ELSE ({otherwise})::VARCHAR END"


def mixed() -> str:
    """Twenty columns as an order system exports them; of two half a percent is invalid, some have gaps."""
    md5 = "md5(i::VARCHAR)"
    uuid = "||'-'||".join(
        f"substr({md5}, {start}, {size})" for start, size in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    )
    words = [one_of(WORDS, salt) for salt in (17, 18, 19, 20)]
    columns = {
        "order_id": "i + 1",
        "request_id": uuid,
        "email": f"'customer' || {number(1, 200000)} || '@example.com'",
        "customer": f"{one_of(FIRST_NAMES, 2)} || ' ' || {one_of(LAST_NAMES, 3)}",
        "ordered_on": sometimes(26, 50, "", f"DATE '2019-01-01' + {number(4, 2200)}::INT"),
        "shipped_at": f"strftime(TIMESTAMP '2023-01-01' + to_seconds({number(5, 60000000)}), "
        "'%Y-%m-%dT%H:%M:%SZ')",
        "due": f"strftime(DATE '2020-01-01' + {number(6, 1500)}::INT, '%d/%m/%Y')",
        "quantity": sometimes(27, 200, "n.k.", number(7, 50)),
        "price": sometimes(28, 50, "", f"printf('%.2f', {number(8, 5000000)} / 100.0)"),
        "temperature": f"printf('%.4f', {number(9, 2000000)} / 10000.0 - 100)",
        "reading": sometimes(29, 200, "error", number(10, 100000000)),
        "paid": f"CASE WHEN {number(11, 2)} = 0 THEN 'true' ELSE 'false' END",
        "status": one_of("['new','paid','packed','shipped','returned']", 12),
        "country": one_of(COUNTRIES, 13),
        "zip": f"printf('%05d', {number(14, 100000)})",
        "sku": f"printf('SKU-%06d', {number(15, 30000)})",
        "note": f"CASE WHEN {number(16, 20)} = 0 "
        f"THEN {words[0]} || ', ' || {words[1]} || ' \"' || {words[2]} || '\"' "
        f"ELSE {words[0]} || ' ' || {words[1]} || ' ' || {words[2]} || ' ' || {words[3]} END",
        "called_at": f"printf('%02d:%02d:%02d', {number(21, 24)}, {number(22, 60)}, {number(23, 60)})",
        "score": sometimes(30, 10, "NA", f"{number(24, 1000)} / 10.0"),
        "link": f"'https://shop.example.com/item/' || {number(25, 90000)}",
    }
    return ", ".join(f"{sql} AS {label}" for label, sql in columns.items())


def narrow() -> str:
    """Two columns as a meter writes them: a time and a reading."""
    return (
        "strftime(TIMESTAMP '2020-01-01' + to_seconds(i), '%Y-%m-%dT%H:%M:%SZ') AS measured_at, "
        f"printf('%.3f', {number(1, 5000000)} / 1000.0) AS reading"
    )


def wide() -> str:
    """Five hundred columns in turn: whole numbers, decimals, letters, zeros and ones."""
    kinds: list[Callable[[int], str]] = [
        lambda k: number(k, 1000),
        lambda k: f"printf('%.1f', {number(k, 1000)} / 10.0)",
        lambda k: one_of("['A','B','C','D']", k),
        lambda k: number(k, 2),
    ]
    return ", ".join(f"{kinds[k % 4](k)} AS c{k}" for k in range(WIDE_COLUMNS))


TABLES = {  # name: columns, megabytes, bytes of a row
    "mixed": (mixed, 1000, 258),
    "narrow": (narrow, 500, 30),
    "wide": (wide, 200, 1599),
    "small": (mixed, 12, 255),
}


def make(name: str, path: Path, scale: float) -> None:
    """Write a table of about *scale* times its size."""
    import duckdb

    columns, megabytes, row_bytes = TABLES[name]
    rows = int(megabytes * MEGABYTE * scale / row_bytes)
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT {columns()} FROM range({rows}) t(i)) TO '{path}' (HEADER)")


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
