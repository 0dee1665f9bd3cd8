"""msgraph-sdk for Python (Kiota)."""

import asyncio

from azure.identity.aio import ClientSecretCredential
from msgraph import GraphServiceClient
from msgraph.generated.models.application import Application
from msgraph.generated.models.group import Group
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.reference_update import ReferenceUpdate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.web_application import WebApplication
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from kiota_abstractions.base_request_configuration import RequestConfiguration
from rows import KNOWN, say


async def attempt(call, work):
    try:
        result = await work()
    except Exception as error:
        detail = getattr(getattr(error, "error", None), "message", None) or error
        say(call, f"{type(error).__name__}: {detail}")
        return None
    say(call)
    return result


def asking(query):
    return RequestConfiguration(query_parameters=query)


async def main():
    credential = ClientSecretCredential(KNOWN["tenant"], KNOWN["appId"], KNOWN["secret"])
    graph = GraphServiceClient(credential, ["https://graph.microsoft.com/.default"])
    person = graph.users.by_user_id(KNOWN["personId"])

    await attempt("organization.get", lambda: graph.organization.get())
    await attempt("domains.get", lambda: graph.domains.get())
    Users = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
    page = await attempt("users.get top 5", lambda: graph.users.get(asking(Users(top=5, select=["id", "mail"]))))
    if page is not None and page.odata_next_link:
        await attempt("users.with_url nextLink", lambda: graph.users.with_url(page.odata_next_link).get())
    await attempt("users.get filter", lambda: graph.users.get(asking(Users(filter="startswith(displayName,'A')"))))
    await attempt("users.by_user_id.get", lambda: person.get())
    reference = ReferenceUpdate(odata_id=f"https://graph.microsoft.com/v1.0/users/{page.value[0].id}")
    await attempt("users.by_user_id.manager.ref.put", lambda: person.manager.ref.put(reference))
    await attempt("users.by_user_id.manager.get", lambda: person.manager.get())
    await attempt("users.by_user_id.member_of.get", lambda: person.member_of.get())
    await attempt("users.delta.get", lambda: graph.users.delta.get())
    await attempt("groups.delta.get", lambda: graph.groups.delta.get())
    await attempt("places.graph_room.get", lambda: graph.places.graph_room.get())
    await attempt("places.graph_room_list.get", lambda: graph.places.graph_room_list.get())

    Groups = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters
    await attempt("groups.get", lambda: graph.groups.get(asking(Groups(top=3))))
    wanted = Group(display_name="sdk", mail_nickname="sdk", mail_enabled=False, security_enabled=True)
    group = await attempt("groups.post", lambda: graph.groups.post(wanted))
    if group is not None:
        one = graph.groups.by_group_id(group.id)
        reference = ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{KNOWN['personId']}")
        await attempt("groups.members.ref.post", lambda: one.members.ref.post(reference))
        await attempt("groups.members.get", lambda: one.members.get())
        await attempt("groups.transitive_members.get", lambda: one.transitive_members.get())
        await attempt("groups.members.ref.delete", lambda: one.members.by_directory_object_id(KNOWN["personId"]).ref.delete())
        await attempt("groups.owners.get", lambda: one.owners.get())
        await attempt("groups.patch", lambda: one.patch(Group(description="changed")))
        await attempt("groups.delete", lambda: one.delete())

    application = await attempt("applications.post", lambda: graph.applications.post(Application(display_name="sdk")))
    if application is not None:
        one = graph.applications.by_application_id(application.id)
        await attempt("applications.get", lambda: one.get())
        web = WebApplication(redirect_uris=["https://a.example/"])
        await attempt("applications.patch", lambda: one.patch(Application(web=web)))
        body = AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="p"))
        await attempt("applications.add_password.post", lambda: one.add_password.post(body))
        await attempt("applications.owners.get", lambda: one.owners.get())
        await attempt("applications.federated_identity_credentials.get", lambda: one.federated_identity_credentials.get())
        principal = await attempt(
            "service_principals.post", lambda: graph.service_principals.post(ServicePrincipal(app_id=application.app_id))
        )
        if principal is not None:
            mine = graph.service_principals.by_service_principal_id(principal.id)
            await attempt("service_principals.get", lambda: mine.get())
            await attempt("service_principals.app_role_assignments.get", lambda: mine.app_role_assignments.get())
            await attempt("service_principals.app_role_assigned_to.get", lambda: mine.app_role_assigned_to.get())
            await attempt("service_principals.owners.get", lambda: mine.owners.get())
        await attempt("applications.delete", lambda: one.delete())
        await attempt("directory.deleted_items.graph_application.get", lambda: graph.directory.deleted_items.graph_application.get())
    await attempt("directory.administrative_units.get", lambda: graph.directory.administrative_units.get())
    await attempt("oauth2_permission_grants.get", lambda: graph.oauth2_permission_grants.get())
    await credential.close()


asyncio.run(main())
