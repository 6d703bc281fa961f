"""The office's own app: a page of figures. It has nothing to do with the API."""

from fastapi import FastAPI

app = FastAPI(title='Figures')


@app.get('/figures')
def figures():
    return {'clinics': 2}
