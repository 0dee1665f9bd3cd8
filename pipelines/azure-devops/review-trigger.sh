#!/usr/bin/env bash
# Makes what starts the review of pull requests in Azure DevOps, once for a repository:
#   - the service connection "tenantwire-review", an incoming webhook: who calls its address starts the pipeline, on the
#     default branch, with the number of a pull request and nothing else that is used;
#   - service hooks of the project that call it when a pull request into main is created or updated;
#   - branch policies of main that require the statuses tenantwire/review and tenantwire/rules.
# What is there already stays, so that it can be run again.
#
#   az login
#   bash review-trigger.sh ORGANIZATION PROJECT REPOSITORY
#
# Needs: project administrator, and Project Collection Administrator for the service hooks.
# (Documented: resources.webhooks.webhook; REST API 7.1: endpoints, subscriptions, policy configurations.)
set -euo pipefail
organization=$1 project=$2 repository=$3
root="https://dev.azure.com/$organization"
# Application id of Azure DevOps, the same in every tenant (documented).
token=$(az account get-access-token --resource 499b84ac-1321-427f-aa17-267ca6975798 --query accessToken --output tsv)
# No token in an argument: those of a process can be read by everybody on the machine.
call() { curl -fsS --config <(printf 'header = "Authorization: Bearer %s"\n' "$token") -H "Content-Type: application/json" "$@"; }
encoded() { jq -rn --arg text "$1" '$text | @uri'; }

place="$root/$(encoded "$project")"
project_id=$(call "$root/_apis/projects/$(encoded "$project")?api-version=7.1" | jq -r .id)
repository_id=$(call "$place/_apis/git/repositories/$(encoded "$repository")?api-version=7.1" | jq -r .id)

# The name of the webhook is a part of a public address: nobody can guess it. Its caller can start a review, and no more.
endpoint=$(call "$place/_apis/serviceendpoint/endpoints?endpointNames=tenantwire-review&api-version=7.1" | jq '.value[0] // empty')
if [ -z "$endpoint" ]; then
  endpoint=$(jq -n --arg project "$project_id" --arg name "$project" --arg webhook "tenantwire-$(openssl rand -hex 16)" '{
    name: "tenantwire-review", type: "incomingwebhook", url: "https://dev.azure.com", owner: "library", isShared: false,
    authorization: {scheme: "None", parameters: {webhookname: $webhook}},
    serviceEndpointProjectReferences: [{name: "tenantwire-review", projectReference: {id: $project, name: $name}}]
  }' | call -X POST "$root/_apis/serviceendpoint/endpoints?api-version=7.1" --data @-)
fi
webhook=$(jq -r '.authorization.parameters.webhookname // .authorization.parameters.webhookName' <<< "$endpoint")
address="$root/_apis/public/distributedtask/webhooks/$webhook?api-version=6.0-preview"

hooks=$(call "$root/_apis/hooks/subscriptions?publisherId=tfs&consumerId=webHooks&api-version=7.1")
for event in git.pullrequest.created git.pullrequest.updated; do
  # Comments and votes are updates too: of those only pushes change what merging would do.
  kind=$([ "$event" = git.pullrequest.updated ] && echo PushNotification || true)
  if jq -e --arg event "$event" --arg repository "$repository_id" --arg address "$address" \
    'any(.value[]; .eventType == $event and .publisherInputs.repository == $repository and .consumerInputs.url == $address)' \
    <<< "$hooks" > /dev/null; then continue; fi
  jq -n --arg event "$event" --arg project "$project_id" --arg repository "$repository_id" --arg kind "$kind" --arg address "$address" '{
    publisherId: "tfs", eventType: $event, resourceVersion: "1.0", consumerId: "webHooks", consumerActionId: "httpRequest",
    publisherInputs: ({projectId: $project, repository: $repository, branch: "main"} + if $kind == "" then {} else {notificationType: $kind} end),
    consumerInputs: {url: $address, resourceDetailsToSend: "minimal", messagesToSend: "none", detailedMessagesToSend: "none"}
  }' | call -X POST "$root/_apis/hooks/subscriptions?api-version=7.1" --data @- > /dev/null
  echo "Service hook: $event"
done

policies=$(call "$place/_apis/policy/configurations?api-version=7.1")
for status in review rules; do
  if jq -e --arg status "$status" --arg repository "$repository_id" \
    'any(.value[]; .settings.statusGenre == "tenantwire" and .settings.statusName == $status and any(.settings.scope[]; .repositoryId == $repository))' \
    <<< "$policies" > /dev/null; then continue; fi
  # The type of policies that require a status: the same in every organization.
  jq -n --arg status "$status" --arg repository "$repository_id" '{
    isEnabled: true, isBlocking: true, type: {id: "cbdc66da-9728-4af8-aada-9a5a32e4a226"},
    settings: {
      statusGenre: "tenantwire", statusName: $status, authorId: null, invalidateOnSourceUpdate: true, policyApplicability: null,
      scope: [{repositoryId: $repository, refName: "refs/heads/main", matchKind: "Exact"}]
    }
  }' | call -X POST "$place/_apis/policy/configurations?api-version=7.1" --data @- > /dev/null
  echo "Branch policy: tenantwire/$status"
done
echo "Let the pipeline use the service connection tenantwire-review when it asks at its first run."
