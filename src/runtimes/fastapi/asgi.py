"""`app` for any ASGI server: `fastapi run`, uvicorn, gunicorn, granian, hypercorn. It acts when it is imported."""

from src.lambdatwin.cli import asgi_app

from .project import MenuPlanning

app = asgi_app(MenuPlanning())
