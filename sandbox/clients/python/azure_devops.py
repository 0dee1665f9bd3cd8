"""azure-devops for Python, with a personal access token."""

from azure.devops.connection import Connection
from msrest.authentication import BasicAuthentication
from rows import KNOWN, attempt

connection = Connection(
    base_url=f"https://dev.azure.com/{KNOWN['organization']}",
    creds=BasicAuthentication("", KNOWN["personalToken"]),
)
core = attempt("Connection.clients.get_core_client", connection.clients.get_core_client)
projects = attempt("CoreClient.get_projects", core.get_projects) or []
for project in projects[:1]:
    attempt("CoreClient.get_project by id", lambda: core.get_project(project.id))
    attempt("CoreClient.get_project by name", lambda: core.get_project(project.name))
location = attempt("Connection.clients.get_location_client", connection.clients.get_location_client)
attempt("LocationClient.get_connection_data", location.get_connection_data)
attempt("LocationClient.get_resource_areas", location.get_resource_areas)
