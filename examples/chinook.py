"""Loads the Chinook sample (11 tables, 15,607 rows) as objects in one flush, verifies every row.

    python examples/chinook.py path/to/ChinookData.json [database file]

Keys come from the database, not from the file, and foreign keys come from relationships alone: no
key is ever assigned. Afterwards a new session reads everything back and compares it with the file.
"""

import json
import os
import sys
import time
from datetime import datetime
from decimal import Decimal
from typing import Any, Optional

from accord import Column, ForeignKey, Numeric, String, Table, create_engine, func, select
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

Data = dict[str, list[dict[str, Any]]]
Objects = dict[str, dict[int, Any]]  # table → key in the file → object


class Base(DeclarativeBase):
    pass


playlist_track = Table(
    "playlist_track",
    Base.metadata,
    Column("playlist_id", ForeignKey("playlist.id"), primary_key=True),
    Column("track_id", ForeignKey("track.id"), primary_key=True),
)


class Genre(Base):
    __tablename__ = "genre"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class MediaType(Base):
    __tablename__ = "media_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class Artist(Base):
    __tablename__ = "artist"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    albums: Mapped[list["Album"]] = relationship(back_populates="artist")


class Album(Base):
    __tablename__ = "album"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    artist_id: Mapped[int] = mapped_column(ForeignKey("artist.id"))
    artist: Mapped[Artist] = relationship(back_populates="albums")
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")


class Track(Base):
    __tablename__ = "track"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    composer: Mapped[str | None] = mapped_column(String(220))
    milliseconds: Mapped[int]
    bytes: Mapped[int | None]
    unit_price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    album_id: Mapped[int | None] = mapped_column(ForeignKey("album.id"))
    genre_id: Mapped[int | None] = mapped_column(ForeignKey("genre.id"))
    media_type_id: Mapped[int] = mapped_column(ForeignKey("media_type.id"))
    album: Mapped[Album | None] = relationship(back_populates="tracks")
    genre: Mapped[Genre | None] = relationship()
    media_type: Mapped[MediaType] = relationship()
    playlists: Mapped[list["Playlist"]] = relationship(
        secondary=playlist_track, back_populates="tracks"
    )


class Playlist(Base):
    __tablename__ = "playlist"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    tracks: Mapped[list[Track]] = relationship(secondary=playlist_track, back_populates="playlists")


class Person:
    """What employees and customers have in common."""

    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(40))
    last_name: Mapped[str] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(70))
    city: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str | None] = mapped_column(String(40))
    country: Mapped[str | None] = mapped_column(String(40))
    postal_code: Mapped[str | None] = mapped_column(String(10))
    phone: Mapped[str | None] = mapped_column(String(24))
    fax: Mapped[str | None] = mapped_column(String(24))
    email: Mapped[str | None] = mapped_column(String(60))


class Employee(Person, Base):
    __tablename__ = "employee"

    title: Mapped[str | None] = mapped_column(String(30))
    birth_date: Mapped[datetime | None]
    hire_date: Mapped[datetime | None]
    reports_to_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reports_to: Mapped[Optional["Employee"]] = relationship(
        back_populates="reports", remote_side="Employee.id"
    )
    reports: Mapped[list["Employee"]] = relationship(back_populates="reports_to")
    customers: Mapped[list["Customer"]] = relationship(back_populates="support_rep")


class Customer(Person, Base):
    __tablename__ = "customer"

    company: Mapped[str | None] = mapped_column(String(80))
    support_rep_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    support_rep: Mapped[Employee | None] = relationship(back_populates="customers")
    invoices: Mapped[list["Invoice"]] = relationship(back_populates="customer")


class Invoice(Base):
    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_date: Mapped[datetime]
    billing_address: Mapped[str | None] = mapped_column(String(70))
    billing_city: Mapped[str | None] = mapped_column(String(40))
    billing_state: Mapped[str | None] = mapped_column(String(40))
    billing_country: Mapped[str | None] = mapped_column(String(40))
    billing_postal_code: Mapped[str | None] = mapped_column(String(10))
    total: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    customer: Mapped[Customer] = relationship(back_populates="invoices")
    lines: Mapped[list["InvoiceLine"]] = relationship(back_populates="invoice")


class InvoiceLine(Base):
    __tablename__ = "invoice_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    quantity: Mapped[int]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    invoice: Mapped[Invoice] = relationship(back_populates="lines")
    track: Mapped[Track] = relationship()


TABLES: dict[str, Any] = {
    "Genre": Genre,
    "MediaType": MediaType,
    "Artist": Artist,
    "Album": Album,
    "Track": Track,
    "Employee": Employee,
    "Customer": Customer,
    "Invoice": Invoice,
    "InvoiceLine": InvoiceLine,
    "Playlist": Playlist,
}
# The file's foreign keys: table → field → relationship and the table it leads to.
LINKS: dict[str, dict[str, tuple[str, str]]] = {
    "Album": {"ArtistId": ("artist", "Artist")},
    "Track": {
        "AlbumId": ("album", "Album"),
        "GenreId": ("genre", "Genre"),
        "MediaTypeId": ("media_type", "MediaType"),
    },
    "Employee": {"ReportsTo": ("reports_to", "Employee")},
    "Customer": {"SupportRepId": ("support_rep", "Employee")},
    "Invoice": {"CustomerId": ("customer", "Customer")},
    "InvoiceLine": {"InvoiceId": ("invoice", "Invoice"), "TrackId": ("track", "Track")},
}


def read(path: str) -> Data:
    """The file's rows; numbers with a point become Decimals."""
    with open(path, encoding="utf-8") as file:
        data: Data = json.load(file, parse_float=Decimal)
    return data


def values(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row's plain columns by attribute name: neither its key nor its foreign keys."""
    keys = {f"{table}Id", *LINKS.get(table, ())}
    return {
        _snake(field): _value(field, value) for field, value in row.items() if field not in keys
    }


def _snake(field: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in field).lstrip("_")


def _value(field: str, value: Any) -> Any:
    if value is not None and field.endswith("Date"):
        return datetime.fromisoformat(value)
    if field in ("UnitPrice", "Total"):
        return Decimal(value)
    return value


def build(data: Data) -> Objects:
    """Every row an object, every foreign key a relationship; nothing is sent yet."""
    objects: Objects = {
        table: {row[f"{table}Id"]: cls(**values(table, row)) for row in data[table]}
        for table, cls in TABLES.items()
    }
    for table, links in LINKS.items():
        for row in data[table]:
            obj = objects[table][row[f"{table}Id"]]
            for field, (name, target) in links.items():
                if row[field] is not None:
                    setattr(obj, name, objects[target][row[field]])
    for row in data["PlaylistTrack"]:
        playlist = objects["Playlist"][row["PlaylistId"]]
        playlist.tracks.append(objects["Track"][row["TrackId"]])
    return objects


def store(engine: Any, data: Data) -> dict[str, dict[int, int]]:
    """Everything in one unit of work; answers the generated key of every key of the file."""
    objects = build(data)
    with Session(engine) as session:
        session.add_all(obj for table in objects.values() for obj in table.values())
        session.flush()
        keys = {
            table: {key: obj.id for key, obj in rows.items()} for table, rows in objects.items()
        }
        session.commit()
    return keys


def verify(engine: Any, data: Data, keys: dict[str, dict[int, int]]) -> int:
    """Reads everything back in a new session and compares it with the file; the rows compared."""
    compared = 0
    with Session(engine) as session:
        loaded = {
            table: {obj.id: obj for obj in session.scalars(select(cls))}
            for table, cls in TABLES.items()
        }
        for table in TABLES:
            check(len(loaded[table]) == len(data[table]), f"{table}: number of rows")
            for row in data[table]:
                key = row[f"{table}Id"]
                obj = loaded[table][keys[table][key]]
                for name, value in values(table, row).items():
                    check(getattr(obj, name) == value, f"{table} {key}: {name}")
                for field, (name, target) in LINKS.get(table, {}).items():
                    linked = getattr(obj, name)
                    expected = row[field] and loaded[target][keys[target][row[field]]]
                    check(linked is expected, f"{table} {key}: {name}")
                compared += 1
        compared += _verify_playlists(loaded, data, keys)
        for invoice in loaded["Invoice"].values():
            lines = sum(line.unit_price * line.quantity for line in invoice.lines)
            check(invoice.total == lines, f"Invoice {invoice.id}: total {invoice.total}, {lines}")
        billed = session.scalar(select(func.sum(Invoice.total)))
        check(round(billed, 2) == sum(row["Total"] for row in data["Invoice"]), "sum of totals")
    return compared


def _verify_playlists(loaded: Objects, data: Data, keys: dict[str, dict[int, int]]) -> int:
    expected: dict[int, set[int]] = {key: set() for key in keys["Playlist"].values()}
    for row in data["PlaylistTrack"]:
        expected[keys["Playlist"][row["PlaylistId"]]].add(keys["Track"][row["TrackId"]])
    for key, tracks in expected.items():
        found = [track.id for track in loaded["Playlist"][key].tracks]
        check(len(found) == len(tracks) and set(found) == tracks, f"tracks of playlist {key}")
    return len(data["PlaylistTrack"])


def check(condition: bool, what: str) -> None:
    if not condition:
        raise SystemExit(f"not as in the file: {what}")


def main(arguments: list[str]) -> None:
    path = arguments[0] if arguments else os.environ.get("ACCORD_CHINOOK", "")
    if not path:
        raise SystemExit("give the path of ChinookData.json, or set ACCORD_CHINOOK")
    data = read(path)
    engine = create_engine(f"sqlite:///{arguments[1] if len(arguments) > 1 else ':memory:'}")
    Base.metadata.create_all(engine)
    start = time.perf_counter()
    keys = store(engine, data)
    stored = time.perf_counter()
    compared = verify(engine, data, keys)
    for table in (*TABLES, "PlaylistTrack"):
        print(f"{table:<14}{len(data[table]):>7,}")
    print(f"{'all rows':<14}{compared:>7,}  stored in {stored - start:.2f} s, ", end="")
    print(f"verified in {time.perf_counter() - stored:.2f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
