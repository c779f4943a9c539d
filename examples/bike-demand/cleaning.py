"""Cleaning of the hourly bike rentals."""

import pandas as pd


def tidy(rides: pd.DataFrame) -> pd.DataFrame:
    """Order the hours by time, without repeated hours and without those that lack a weather report."""
    hours = rides.drop_duplicates("datetime").dropna(subset=["weathersit", "temp"])
    return hours.set_index("datetime").sort_index()
