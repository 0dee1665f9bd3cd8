#!/usr/bin/env bash
# Makes what starts the review of pull requests in Azure DevOps, once for a repository:
#   - the service connection "tenantwire-review", an incoming webhook: who calls its address starts the pipeline, on the
#     default branch, with the number of a pull request and nothing else that is used;
#   - service hooks of the project that call it when a pull request into main is created or updated;
#   - branch policies of main that require the statuses tenantwire/review and tenantwire/rules, told by pipelines of this
#     project: who may write a comment could tell one too.
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

# What pipelines of the project work as (seen: its account is the project's id). With another scope of their jobs than the
# project, which is what new ones have, no status would count.
author=$(call "https://vssps.dev.azure.com/$organization/_apis/identities?searchFilter=AccountName&filterValue=$(encoded "$project_id")&api-version=7.1" |
  jq -r --arg suffix ":Build:$project_id" '[.value[] | select(.descriptor | endswith($suffix)) | .id][0] // empty')
if [ -z "$author" ]; then
  echo "The identity of the pipelines of $project was not found: run one of them first, and then this again." >&2
  exit 1
fi

policies=$(call "$place/_apis/policy/configurations?api-version=7.1")
for status in review rules; do
  own=$(jq --arg status "$status" --arg repository "$repository_id" '[.value[] | select(.settings.statusGenre == "tenantwire" and
    .settings.statusName == $status and any(.settings.scope[]; .repositoryId == $repository))][0] // empty' <<< "$policies")
  if [ "$(jq -r .settings.authorId <<< "${own:-null}")" = "$author" ]; then continue; fi
  # One that anybody's status passed before is made this one. The type of policies that require a status is the same in
  # every organization.
  if [ -n "$own" ]; then method=PUT address="/$(jq -r .id <<< "$own")"; else method=POST address=""; fi
  jq -n --arg status "$status" --arg repository "$repository_id" --arg author "$author" '{
    isEnabled: true, isBlocking: true, type: {id: "cbdc66da-9728-4af8-aada-9a5a32e4a226"},
    settings: {
      statusGenre: "tenantwire", statusName: $status, authorId: $author, invalidateOnSourceUpdate: true, policyApplicability: null,
      scope: [{repositoryId: $repository, refName: "refs/heads/main", matchKind: "Exact"}]
    }
  }' | call -X "$method" "$place/_apis/policy/configurations$address?api-version=7.1" --data @- > /dev/null
  echo "Branch policy: tenantwire/$status"
done
echo "Let the pipeline use the service connection tenantwire-review when it asks at its first run."
