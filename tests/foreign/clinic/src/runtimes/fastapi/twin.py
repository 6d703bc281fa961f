"""What lambdatwin needs to know of the clinics' API."""

from pathlib import Path

import lambdatwin
from lambdatwin.project import Person

ROOT = Path(__file__).parents[3]


class Clinic(lambdatwin.Project):
    title = 'Clinics'
    version = '4.2.0'
    people = (Person('aaaaaaaa-0000-4000-8000-000000000001', 'ito'), Person('aaaaaaaa-0000-4000-8000-000000000002', 'sam'))
    first_path = '/rooms/north'
    error_statuses = {400: 'Not as it should be', 403: 'Not for you', 404: 'There is none', 422: 'Not a valid body'}
    needs_database = True

    def share(self, modules, sessions):
        containers = [module.container for module in modules if module.container is not None]
        for container in containers:
            container.pg = sessions.engine
        return len(containers)

    def unshare(self, modules):
        for module in modules:
            if module.container is not None:
                vars(module.container).pop('pg', None)

    def begin(self, request_id):
        from src.shared import trace

        trace.start(request_id)

    def on_user_changed(self, forget):
        from src.shared import staff

        def changed(sub):
            staff.forget(sub)
            forget(sub)

        return staff.on_role_changed(changed)

    def error_body(self, status, message):
        return {'fault': {'code': str(status), 'text': message, 'trace': '-'}}

    async def migrate(self, url):
        await self._run(url, 'schema.sql')

    async def seed(self, url):
        await self._run(url, 'sample.sql')
        return True

    async def _run(self, url, file):
        import asyncpg

        connection = await asyncpg.connect(url)
        await connection.execute((ROOT / file).read_text())
        await connection.close()
