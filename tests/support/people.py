"""The ids of the people that the sample data knows, by name and alias."""

from src.lambdatwin.parity.tokens import people_by_name
from src.runtimes.fastapi.project import MenuPlanning

PEOPLE = people_by_name(MenuPlanning.people)
