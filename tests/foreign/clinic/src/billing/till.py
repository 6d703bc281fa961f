from src.shared.container import Container

container = Container()
