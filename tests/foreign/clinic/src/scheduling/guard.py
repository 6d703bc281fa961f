from src.shared.container import Container
from src.shared.web import member_of_staff, same_clinic

container = Container()


def clinic_only(handler):
    return member_of_staff('scheduling', container)(same_clinic(handler))
