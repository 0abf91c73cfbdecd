"""A file of orders as a person might send it: some columns clean, most with something wrong."""

import csv
import io
import random

LABELS = (
    "order_id", "customer", "email", "country", "ordered_on", "shipped_at", "quantity", "unit_price",
    "discount", "express", "postcode", "tracking", "note",
)  # fmt: skip
CUSTOMERS = ("Ann Lee", "Bob Ray", "Zoë Falk", "José Díaz", 'Conan "Red" O\'Neil', "Smith, Ltd.")


def dirty_orders(rows=4000):
    """Return the file as bytes, the same each time."""
    pick = random.Random(4)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(LABELS)
    writer.writerows(_order(pick, number) for number in range(rows))
    return out.getvalue().encode() + b"104000,short\n"


def _order(pick, number):
    def sometimes(share, other, usual):
        return other if pick.random() < share else usual

    day, month = pick.randint(1, 28), pick.randint(1, 11)
    shipped = f"2026-{month:02}-{day:02} {pick.randint(6, 22):02}:{pick.randint(0, 59):02}:00"
    email = sometimes(0.01, "not an address", f"user{pick.randint(1, 900)}@example.org")
    return (
        100_000 + number,
        pick.choice(CUSTOMERS),
        sometimes(0.06, pick.choice(["", "n/a"]), email),
        pick.choices(["DE", "FR", "NA", "US", "PL", "?"], [40, 22, 3, 30, 9, 0.4])[0],
        sometimes(0.004, "31.02.2026", f"{pick.randint(1, 28):02}/{pick.randint(1, 12):02}/2026"),
        sometimes(0.3, "", shipped),
        sometimes(0.006, pick.choice(["two", "-", "1O"]), max(1, int(pick.lognormvariate(1.1, 0.8)))),
        sometimes(0.01, "$ 12.50", f"{pick.lognormvariate(3.2, 0.7):,.2f}"),
        pick.choice(["0", "0", "0", "5", "10", "15", "20"]),
        pick.choice(["yes", "no", "no"]),
        f"{pick.randint(0, 99999):05}",
        f"{pick.getrandbits(128):032x}",
        sometimes(0.97, "", pick.choice(["leave at door", "two\nlines", " padded "])),
    )
