"""azure-devops for Python, with a personal access token."""

from azure.devops.connection import Connection
from azure.devops.v7_1.work_item_tracking.models import (
    CommentCreate,
    JsonPatchOperation,
    TeamContext,
    Wiql,
    WorkItemBatchGetRequest,
    WorkItemClassificationNode,
    WorkItemDeleteUpdate,
)
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

# Work items: made, read, moved, queried, told of, deleted and restored.
PROJECT = "Rollout"
PARENT = "System.LinkTypes.Hierarchy-Reverse"


def step(path, value, op="add"):
    return JsonPatchOperation(op=op, path=path, value=value)


def linked(parent):
    return step("/relations/-", {"rel": PARENT, "url": parent.url})


wit = attempt("Connection.clients.get_work_item_tracking_client", connection.clients.get_work_item_tracking_client)
work = attempt("Connection.clients.get_work_client", connection.clients.get_work_client)
title = [step("/fields/System.Title", "Made by Python")]
epic = attempt("WorkItemTrackingClient.create_work_item", lambda: wit.create_work_item(title, PROJECT, "Epic"))
other = attempt("WorkItemTrackingClient.create_work_item again", lambda: wit.create_work_item(title, PROJECT, "Epic"))
feature = attempt(
    "WorkItemTrackingClient.create_work_item with a parent",
    lambda: wit.create_work_item(title + [linked(epic)], PROJECT, "Feature"),
)
attempt(
    "WorkItemTrackingClient.update_work_item to another parent",
    lambda: wit.update_work_item(
        [step("/rev", 1, "test"), step("/relations/0", None, "remove"), linked(other)], feature.id
    ),
)
attempt("WorkItemTrackingClient.get_work_item", lambda: wit.get_work_item(feature.id, expand="All"))
attempt(
    "WorkItemTrackingClient.get_work_items_batch",
    lambda: wit.get_work_items_batch(
        WorkItemBatchGetRequest(ids=[epic.id, other.id, 4000000], error_policy="omit", expand="relations")
    ),
)
attempt("WorkItemTrackingClient.get_updates", lambda: wit.get_updates(feature.id))
attempt("WorkItemTrackingClient.get_revisions", lambda: wit.get_revisions(feature.id))
query = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project ORDER BY [System.Id]"
attempt(
    "WorkItemTrackingClient.query_by_wiql",
    lambda: wit.query_by_wiql(Wiql(query=query), TeamContext(project=PROJECT), top=200),
)
attempt(
    "WorkItemTrackingClient.read_reporting_revisions_get",
    lambda: wit.read_reporting_revisions_get(PROJECT, include_deleted=True),
)
attempt(
    "WorkItemTrackingClient.get_reporting_links_by_link_type",
    lambda: wit.get_reporting_links_by_link_type(PROJECT),
)
attempt("WorkItemTrackingClient.get_work_item_types", lambda: wit.get_work_item_types(PROJECT))
attempt(
    "WorkItemTrackingClient.get_work_item_type_states", lambda: wit.get_work_item_type_states(PROJECT, "User Story")
)
attempt("WorkItemTrackingClient.get_relation_types", wit.get_relation_types)
attempt("WorkItemTrackingClient.get_root_nodes", lambda: wit.get_root_nodes(PROJECT, depth=3))
attempt(
    "WorkItemTrackingClient.create_or_update_classification_node",
    lambda: wit.create_or_update_classification_node(
        WorkItemClassificationNode(name="Made by Python"), PROJECT, "iterations"
    ),
)
attempt(
    "WorkItemTrackingClient.add_comment",
    lambda: wit.add_comment(CommentCreate(text="Said by Python"), PROJECT, feature.id),
)
attempt("WorkItemTrackingClient.get_comments", lambda: wit.get_comments(PROJECT, feature.id))
attempt("WorkItemTrackingClient.delete_work_item", lambda: wit.delete_work_item(feature.id, PROJECT))
attempt(
    "WorkItemTrackingClient.get_deleted_work_item_shallow_references",
    lambda: wit.get_deleted_work_item_shallow_references(PROJECT),
)
attempt(
    "WorkItemTrackingClient.restore_work_item",
    lambda: wit.restore_work_item(WorkItemDeleteUpdate(is_deleted=False), feature.id, PROJECT),
)
attempt(
    "WorkClient.get_backlog_configurations", lambda: work.get_backlog_configurations(TeamContext(project=PROJECT))
)
attempt("WorkClient.get_process_configuration", lambda: work.get_process_configuration(PROJECT))
