"""Errors that carry the name of what is wrong, by which the doctor knows it (`training/doctor/catalogue.py`)."""

from __future__ import annotations


def refusal(finding: str, message: str) -> ValueError:
    """A `ValueError` with the name of a finding."""
    error = ValueError(message)
    vars(error)["finding"] = finding
    return error


def finding_of(error: BaseException) -> str:
    """The name that an error carries, or "refused"."""
    return vars(error).get("finding", "refused")
