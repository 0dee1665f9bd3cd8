/**
 * Tiers of permissions that write or control and have no words of this project's own: Microsoft's text says what each
 * allows, and the tier is this project's judgement. What writes and is in no list counts as tier 0.
 *
 * @packageDocumentation
 */
import type { PermissionKind, Tier } from "./entry.ts";

export interface Classified {
  readonly tier: Tier;
  /** Why that tier: a clause about the permission, "it ...". */
  readonly reason: string;
}

interface Group extends Classified {
  /** Names, with blanks between them. */
  readonly application: string;
  readonly delegated: string;
}

const groups: readonly Group[] = [
  {
    tier: 0,
    reason: "it reads passwords that open computers as an administrator",
    application: "DeviceLocalCredential.Read.All",
    delegated: "DeviceLocalCredential.Read.All",
  },
  {
    tier: 1,
    reason: "it reads keys that open encrypted disks, or secrets that sign-in rests on",
    application: "BitlockerKey.Read.All TrustFrameworkKeySet.Read.All",
    delegated: "BitlockerKey.Read.All TrustFrameworkKeySet.Read.All",
  },
  {
    tier: 0,
    reason: "it decides how people or applications prove who they are, or whose word is taken for it",
    application: `
      APIConnectors.ReadWrite.All CustomAuthenticationExtension.ReadWrite.All EventListener.ReadWrite.All
      IdentityProvider.ReadWrite.All IdentityUserFlow.ReadWrite.All MutualTlsOauthConfiguration.ReadWrite.All
      Policy.ReadWrite.AuthenticationFlows Policy.ReadWrite.Authorization Policy.ReadWrite.CrossTenantAccess
      Policy.ReadWrite.FeatureRollout Policy.ReadWrite.FedTokenValidation Policy.ReadWrite.TrustFramework
      PublicKeyInfrastructure.ReadWrite.All SpiffeTrustDomain.ReadWrite.All TrustFrameworkKeySet.ReadWrite.All
    `,
    delegated: `
      APIConnectors.ReadWrite.All AppCertTrustConfiguration.ReadWrite.All
      CustomAuthenticationExtension.ReadWrite.All EventListener.ReadWrite.All IdentityProvider.ReadWrite.All
      IdentityUserFlow.ReadWrite.All MutualTlsOauthConfiguration.ReadWrite.All
      Policy.ReadWrite.AuthenticationFlows Policy.ReadWrite.Authorization Policy.ReadWrite.CrossTenantAccess
      Policy.ReadWrite.FeatureRollout Policy.ReadWrite.FedTokenValidation Policy.ReadWrite.TrustFramework
      PublicKeyInfrastructure.ReadWrite.All SpiffeTrustDomain.ReadWrite.All TrustFrameworkKeySet.ReadWrite.All
    `,
  },
  {
    tier: 0,
    reason: "it can take over accounts, an administrator's among them",
    application: `
      EduRoster.ReadWrite.All Group-OnPremisesSyncBehavior.ReadWrite.All LifecycleWorkflows.ReadWrite.All
      OnPremDirectorySynchronization.ReadWrite.All SynchronizationData-User.Upload
      User-ConvertToInternal.ReadWrite.All User-Mail.ReadWrite.All User-OnPremisesSyncBehavior.ReadWrite.All
      User-PasswordProfile.ReadWrite.All User-Phone.ReadWrite.All User.ManageIdentities.All
    `,
    delegated: `
      EduRoster.ReadWrite EntraBackup.ReadWrite.Recovery Group-OnPremisesSyncBehavior.ReadWrite.All
      LifecycleWorkflows.ReadWrite.All OnPremDirectorySynchronization.ReadWrite.All
      SynchronizationData-User.Upload User-ConvertToInternal.ReadWrite.All User-Mail.ReadWrite.All
      User-OnPremisesSyncBehavior.ReadWrite.All User-PasswordProfile.ReadWrite.All User-Phone.ReadWrite.All
      User.ManageIdentities.All UserAuthenticationMethod.ReadWrite
    `,
  },
  {
    tier: 0,
    reason: "it gives rights, or decides who gets them",
    application: `
      ConsentRequest.ReadWrite.All CustomSecAttributeAssignment.ReadWrite.All PrivilegedAccess.ReadWrite.AzureAD
      PrivilegedAccess.ReadWrite.AzureResources RoleManagement.ReadWrite.CloudPC
      RoleManagement.ReadWrite.Defender RoleManagement.ReadWrite.Exchange
      RoleManagementPolicy.ReadWrite.AzureADGroup TeamMember.ReadWrite.All TeamMember.ReadWriteNonOwnerRole.All
    `,
    delegated: `
      ConsentRequest.ReadApprove.All ConsentRequest.ReadWrite.All CustomSecAttributeAssignment.ReadWrite.All
      PrivilegedAccess.ReadWrite.AzureAD PrivilegedAccess.ReadWrite.AzureResources
      RoleManagement.ReadWrite.CloudPC RoleManagement.ReadWrite.Defender RoleManagement.ReadWrite.Exchange
      RoleManagementPolicy.ReadWrite.AzureADGroup TeamMember.ReadWrite.All TeamMember.ReadWriteNonOwnerRole.All
    `,
  },
  {
    tier: 0,
    reason: "it can give another tenant or a partner rights in this one",
    application: `
      DelegatedAdminRelationship.ReadWrite.All MultiTenantOrganization.ReadWrite.All
    `,
    delegated: `
      DelegatedAdminRelationship.ReadWrite.All ManagedTenants.ReadWrite.All
      MultiTenantOrganization.ReadWrite.All TenantGovernance-Invitation.ReadWrite.All
      TenantGovernance-PolicyTemplate.ReadWrite.All TenantGovernance-RelatedTenant.ReadWrite.All
      TenantGovernance-Relationship.ReadWrite.All TenantGovernance-Request.ReadWrite.All
      TenantGovernance-Setting.ReadWrite.All
    `,
  },
  {
    tier: 0,
    reason: "it can run what it likes on the company's computers, administrators' among them",
    application: `
      DeviceManagementApps.ReadWrite.All DeviceManagementCloudCA.ReadWrite.All
    `,
    delegated: `
      DeviceManagementApps.ReadWrite.All DeviceManagementCloudCA.ReadWrite.All
      Policy.ReadWrite.MobilityManagement
    `,
  },
  {
    tier: 1,
    reason: "it can take away rights, protection or the second factor, and gives nobody an account",
    application: `
      AuthenticationContext.ReadWrite.All IdentityRiskEvent.ReadWrite.All
      IdentityRiskyServicePrincipal.ReadWrite.All IdentityRiskyUser.ReadWrite.All NetworkAccess.ReadWrite.All
      NetworkAccessBranch.ReadWrite.All NetworkAccessPolicy.ReadWrite.All Policy.ReadWrite.AccessReview
      Policy.ReadWrite.ConsentRequest Policy.ReadWrite.CrossTenantCapability
      Policy.ReadWrite.DeviceConfiguration Policy.ReadWrite.ExternalIdentities
      Policy.ReadWrite.IdentityProtection Policy.ReadWrite.SecurityDefaults
      PrivilegedAssignmentSchedule.Remove.AzureADGroup PrivilegedEligibilitySchedule.Remove.AzureADGroup
      RiskPreventionProviders.ReadWrite.All RoleAssignmentSchedule.Remove.Directory
      RoleEligibilitySchedule.Remove.Directory RoleManagementAlert.ReadWrite.Directory
      SecurityActions.ReadWrite.All SecurityIdentitiesHealth.ReadWrite.All
      SecurityIdentitiesSensors.ReadWrite.All SecurityIdentitiesUserActions.ReadWrite.All
      User.RevokeSessions.All
    `,
    delegated: `
      AuthenticationContext.ReadWrite.All IdentityRiskEvent.ReadWrite.All
      IdentityRiskyServicePrincipal.ReadWrite.All IdentityRiskyUser.ReadWrite.All NetworkAccess.ReadWrite.All
      NetworkAccessBranch.ReadWrite.All NetworkAccessPolicy.ReadWrite.All Policy.ReadWrite.AccessReview
      Policy.ReadWrite.ConsentRequest Policy.ReadWrite.CrossTenantCapability
      Policy.ReadWrite.DeviceConfiguration Policy.ReadWrite.ExternalIdentities
      Policy.ReadWrite.IdentityProtection Policy.ReadWrite.SecurityDefaults
      PrivilegedAssignmentSchedule.Remove.AzureADGroup PrivilegedEligibilitySchedule.Remove.AzureADGroup
      RiskPreventionProviders.ReadWrite.All RoleAssignmentSchedule.Remove.Directory
      RoleEligibilitySchedule.Remove.Directory RoleManagementAlert.ReadWrite.Directory
      SecurityActions.ReadWrite.All SecurityIdentitiesHealth.ReadWrite.All
      SecurityIdentitiesSensors.ReadWrite.All SecurityIdentitiesUserActions.ReadWrite.All
      User.RevokeSessions.All
    `,
  },
  {
    tier: 2,
    reason: "it reaches only what the person who signed in can",
    application: ``,
    delegated: `
      ApprovalSolution.ReadWrite ApprovalSolutionResponse.ReadWrite ChannelMessage.Edit ChannelMessage.ReadWrite
      ChannelMessage.Send Chat.Create Chat.ReadWrite ChatMember.ReadWrite ChatMessage.Send ConsentRequest.Create
      Contacts.ReadWrite.Shared CopilotSettings-LimitedMode.ReadWrite CrossTenantUserProfileSharing.ReadWrite
      EduAdministration.ReadWrite EduAssignments.ReadWrite EduAssignments.ReadWriteBasic EduCurricula.ReadWrite
      EntitlementMgmt-SubjectAccess.ReadWrite Files.ReadWrite Files.ReadWrite.AppFolder Files.ReadWrite.Selected
      Files.SelectedOperations.Selected LearningProvider.ReadWrite Mail.ReadWrite.Shared Mail.Send.Shared
      MailboxFolder.ReadWrite MailboxItem.ImportExport Notes.Create Notes.ReadWrite Notes.ReadWrite.CreatedByApp
      Notifications.ReadWrite.CreatedByApp OnlineMeetings.ReadWrite Presence.ReadWrite PrintJob.Create
      PrintJob.ReadWrite PrintJob.ReadWriteBasic Printer.Create SMTP.Send ServiceMessageViewpoint.Write
      ShortNotes.ReadWrite Tasks.ReadWrite Tasks.ReadWrite.Shared TeamworkTag.ReadWrite
      ThreatSubmission.ReadWrite UserActivity.ReadWrite.CreatedByApp UserNotification.ReadWrite.CreatedByApp
      UserTimelineActivity.Write.CreatedByApp VirtualAppointment.ReadWrite VirtualEvent.ReadWrite
    `,
  },
  {
    tier: 1,
    reason: "it gives applications rights in teams and chats, itself among them",
    application: `
      TeamsAppInstallation.ReadWriteAndConsentForChat.All TeamsAppInstallation.ReadWriteAndConsentForTeam.All
      TeamsAppInstallation.ReadWriteAndConsentForUser.All
      TeamsAppInstallation.ReadWriteAndConsentSelfForChat.All
      TeamsAppInstallation.ReadWriteAndConsentSelfForTeam.All
      TeamsAppInstallation.ReadWriteAndConsentSelfForUser.All
    `,
    delegated: `
      TeamsAppInstallation.ReadWriteAndConsentForChat TeamsAppInstallation.ReadWriteAndConsentForTeam
      TeamsAppInstallation.ReadWriteAndConsentForUser TeamsAppInstallation.ReadWriteAndConsentSelfForChat
      TeamsAppInstallation.ReadWriteAndConsentSelfForTeam TeamsAppInstallation.ReadWriteAndConsentSelfForUser
    `,
  },
  {
    tier: 1,
    reason: "it can alter or delete what people rely on, and makes no rights by itself",
    application: `
      AccessReview.ReadWrite.All AccessReview.ReadWrite.Membership Agreement.ReadWrite.All
      AppCatalog.ReadWrite.All Application-RemoteDesktopConfig.ReadWrite.All ApprovalSolution.ReadWrite.All
      AttackSimulation.ReadWrite.All BackupRestore-Configuration.ReadWrite.All
      BackupRestore-Control.ReadWrite.All BackupRestore-Restore.ReadWrite.All BillingConfiguration.ReadWrite.All
      Bookings.Manage.All Bookings.ReadWrite.All BookingsAppointment.ReadWrite.All
      BrowserSiteLists.ReadWrite.All BusinessScenarioConfig.ReadWrite.OwnedBy
      BusinessScenarioData.ReadWrite.OwnedBy Calls.AccessMedia.All Calls.Initiate.All
      Calls.InitiateGroupCall.All Calls.JoinGroupCall.All Calls.JoinGroupCallAsGuest.All Channel.Create
      Channel.Delete.All ChannelMember.ReadWrite.All ChannelMessage.UpdatePolicyViolation.All
      ChannelSettings.ReadWrite.All Chat.Create Chat.ManageDeletion.All Chat.ReadWrite.All
      Chat.ReadWrite.WhereInstalled Chat.UpdatePolicyViolation.All ChatMember.ReadWrite.All
      ChatMember.ReadWrite.WhereInstalled CloudPC.ReadWrite.All Community.ReadWrite.All
      Contacts-OnPremisesSyncBehavior.ReadWrite.All CrossTenantUserProfileSharing.ReadWrite.All
      CustomAuthenticationExtension.Receive.Payload CustomDetection.ReadWrite.All
      CustomSecAttributeDefinition.ReadWrite.All CustomSecAttributeProvisioning.ReadWrite.All
      CustomTags.ReadWrite.All Device.ReadWrite.All DeviceManagementManagedDevices.ReadWrite.All
      DeviceManagementServiceConfig.ReadWrite.All DeviceTemplate.ReadWrite.All
      DirectoryRecommendations.ReadWrite.All EduAdministration.ReadWrite.All EduAssignments.ReadWrite.All
      EduAssignments.ReadWriteBasic.All EduCurricula.ReadWrite.All ExternalConnection.ReadWrite.All
      ExternalConnection.ReadWrite.OwnedBy ExternalItem.ReadWrite.All ExternalItem.ReadWrite.OwnedBy
      ExternalUserProfile.ReadWrite.All FileIngestion.Ingest FileIngestionHybridOnboarding.Manage
      FileStorageContainer.Selected Files.ReadWrite.AppFolder Files.SelectedOperations.Selected
      Group-Conversation.ReadWrite.All Group.Create HealthMonitoringAlert.ReadWrite.All
      HealthMonitoringAlertConfig.ReadWrite.All IndustryData-DataConnector.ReadWrite.All
      IndustryData-DataConnector.Upload IndustryData-InboundFlow.ReadWrite.All
      IndustryData-OutboundFlow.ReadWrite.All IndustryData-ReferenceDefinition.ReadWrite.All
      IndustryData-SourceSystem.ReadWrite.All IndustryData-TimePeriod.ReadWrite.All
      InformationProtectionContent.Sign.All InformationProtectionContent.Write.All
      LearningAssignedCourse.ReadWrite.All LearningContent.ReadWrite.All
      LearningSelfInitiatedCourse.ReadWrite.All LicenseAssignment.ReadWrite.All
      ListItems.SelectedOperations.Selected Lists.SelectedOperations.Selected MailboxFolder.ReadWrite.All
      MailboxItem.ImportExport.All Notes.ReadWrite.All OnPremisesPublishingProfiles.ReadWrite.All
      OnlineMeetings.ReadWrite.All OrgSettings-AppsAndServices.ReadWrite.All
      OrgSettings-DynamicsVoice.ReadWrite.All OrgSettings-Forms.ReadWrite.All
      OrgSettings-Microsoft365Install.ReadWrite.All OrgSettings-Todo.ReadWrite.All
      OrganizationalBranding.ReadWrite.All PartnerSecurity.ReadWrite.All
      PendingExternalUserProfile.ReadWrite.All PeopleSettings.ReadWrite.All PlaceDevice.ReadWrite.All
      PlaceDeviceTelemetry.ReadWrite.All Presence.ReadWrite.All PrintJob.Manage.All PrintJob.ReadWrite.All
      PrintJob.ReadWriteBasic.All PrintTaskDefinition.ReadWrite.All Printer.ReadWrite.All
      ProfilePhoto.ReadWrite.All ProgramControl.ReadWrite.All RecordsManagement.ReadWrite.All
      ReportSettings.ReadWrite.All Schedule-WorkingTime.ReadWrite.All Schedule.ReadWrite.All
      SchedulePermissions.ReadWrite.All SearchConfiguration.ReadWrite.All SecurityAlert.ReadWrite.All
      SecurityAnalyzedMessage.ReadWrite.All SecurityEvents.ReadWrite.All SecurityIncident.ReadWrite.All
      ServicePrincipalEndpoint.ReadWrite.All SharePointTenantSettings.ReadWrite.All ShortNotes.ReadWrite.All
      Sites.Manage.All SubjectRightsRequest.ReadWrite.All Tasks.ReadWrite.All Team.Create
      TeamSettings.ReadWrite.All TeamsActivity.Send TeamsAppInstallation.ManageSelectedForChat.All
      TeamsAppInstallation.ManageSelectedForTeam.All TeamsAppInstallation.ManageSelectedForUser.All
      TeamsAppInstallation.ReadWriteForChat.All TeamsAppInstallation.ReadWriteForTeam.All
      TeamsAppInstallation.ReadWriteForUser.All TeamsAppInstallation.ReadWriteSelectedForChat.All
      TeamsAppInstallation.ReadWriteSelectedForTeam.All TeamsAppInstallation.ReadWriteSelectedForUser.All
      TeamsAppInstallation.ReadWriteSelfForChat.All TeamsAppInstallation.ReadWriteSelfForTeam.All
      TeamsAppInstallation.ReadWriteSelfForUser.All TeamsPolicyUserAssign.ReadWrite.All TeamsTab.Create
      TeamsTab.ReadWrite.All TeamsTab.ReadWriteForChat.All TeamsTab.ReadWriteForTeam.All
      TeamsTab.ReadWriteForUser.All TeamsTab.ReadWriteSelfForChat.All TeamsTab.ReadWriteSelfForTeam.All
      TeamsTab.ReadWriteSelfForUser.All Teamwork.Migrate.All TeamworkAppSettings.ReadWrite.All
      TeamworkDevice.ReadWrite.All TeamworkTag.ReadWrite.All TermStore.ReadWrite.All
      ThreatIndicators.ReadWrite.OwnedBy ThreatSubmission.ReadWrite.All ThreatSubmissionPolicy.ReadWrite.All
      User.Invite.All UserNotification.ReadWrite.CreatedByApp UserShiftPreferences.ReadWrite.All
      VirtualAppointment.ReadWrite.All VirtualAppointmentNotification.Send
      VirtualEventRegistration-Anon.ReadWrite.All WindowsUpdates.ReadWrite.All
      WorkforceIntegration.ReadWrite.All eDiscovery.ReadWrite.All
    `,
    delegated: `
      AccessReview.ReadWrite.All AccessReview.ReadWrite.Membership Agreement.ReadWrite.All
      AppCatalog.ReadWrite.All AppCatalog.Submit Application-RemoteDesktopConfig.ReadWrite.All
      AttackSimulation.ReadWrite.All BackupRestore-Configuration.ReadWrite.All
      BackupRestore-Control.ReadWrite.All BackupRestore-Restore.ReadWrite.All BillingConfiguration.ReadWrite.All
      Bookings.Manage.All Bookings.ReadWrite.All BookingsAppointment.ReadWrite.All
      BrowserSiteLists.ReadWrite.All BusinessScenarioConfig.ReadWrite.All
      BusinessScenarioConfig.ReadWrite.OwnedBy BusinessScenarioData.ReadWrite.OwnedBy Channel.Create
      Channel.Delete.All ChannelMember.ReadWrite.All ChannelSettings.ReadWrite.All Chat.ManageDeletion.All
      Chat.ReadWrite.All CloudPC.ReadWrite.All Community.ReadWrite.All ConfigurationMonitoring.ReadWrite.All
      Contacts-OnPremisesSyncBehavior.ReadWrite.All CrossTenantUserProfileSharing.ReadWrite.All
      CustomDetection.ReadWrite.All CustomSecAttributeDefinition.ReadWrite.All
      CustomSecAttributeProvisioning.ReadWrite.All CustomTags.ReadWrite.All Device.Command
      Device.CreateFromOwnedTemplate DeviceManagementManagedDevices.ReadWrite.All
      DeviceManagementServiceConfig.ReadWrite.All DeviceTemplate.ReadWrite.All
      DirectoryRecommendations.ReadWrite.All EAS.AccessAsUser.All EntraBackup.ReadWrite.Preview
      ExternalConnection.ReadWrite.All ExternalConnection.ReadWrite.OwnedBy ExternalItem.ReadWrite.All
      ExternalItem.ReadWrite.OwnedBy ExternalUserProfile.ReadWrite.All FileStorageContainer.Manage.All
      FileStorageContainer.Selected Financials.ReadWrite.All Goals-Export.ReadWrite.All
      Group-Conversation.ReadWrite.All HealthMonitoringAlert.ReadWrite.All
      HealthMonitoringAlertConfig.ReadWrite.All IMAP.AccessAsUser.All IndustryData-DataConnector.ReadWrite.All
      IndustryData-DataConnector.Upload IndustryData-InboundFlow.ReadWrite.All
      IndustryData-OutboundFlow.ReadWrite.All IndustryData-ReferenceDefinition.ReadWrite.All
      IndustryData-SourceSystem.ReadWrite.All IndustryData-TimePeriod.ReadWrite.All
      LearningContent.ReadWrite.All LicenseAssignment.ReadWrite.All ListItems.SelectedOperations.Selected
      Lists.SelectedOperations.Selected Notes.ReadWrite.All OnPremisesPublishingProfiles.ReadWrite.All
      OrgSettings-AppsAndServices.ReadWrite.All OrgSettings-DynamicsVoice.ReadWrite.All
      OrgSettings-Forms.ReadWrite.All OrgSettings-Microsoft365Install.ReadWrite.All
      OrgSettings-Todo.ReadWrite.All OrganizationalBranding.ReadWrite.All POP.AccessAsUser.All
      PartnerSecurity.ReadWrite.All PendingExternalUserProfile.ReadWrite.All PeopleSettings.ReadWrite.All
      PlaceDevice.ReadWrite.All PrintConnector.ReadWrite.All PrintJob.ReadWrite.All PrintJob.ReadWriteBasic.All
      PrintSettings.ReadWrite.All Printer.FullControl.All Printer.ReadWrite.All PrinterShare.ReadWrite.All
      ProfilePhoto.ReadWrite.All ProgramControl.ReadWrite.All RecordsManagement.ReadWrite.All
      ReportSettings.ReadWrite.All Schedule.ReadWrite.All SchedulePermissions.ReadWrite.All
      SearchConfiguration.ReadWrite.All SecurityAlert.ReadWrite.All SecurityAnalyzedMessage.ReadWrite.All
      SecurityEvents.ReadWrite.All SecurityIncident.ReadWrite.All ServicePrincipalEndpoint.ReadWrite.All
      SharePointTenantSettings.ReadWrite.All Sites.FullControl.All Sites.Manage.All Sites.Selected
      SubjectRightsRequest.ReadWrite.All Team.Create TeamSettings.ReadWrite.All TeamsActivity.Send
      TeamsAppInstallation.ManageSelectedForChat TeamsAppInstallation.ManageSelectedForTeam
      TeamsAppInstallation.ManageSelectedForUser TeamsAppInstallation.ReadWriteForChat
      TeamsAppInstallation.ReadWriteForTeam TeamsAppInstallation.ReadWriteForUser
      TeamsAppInstallation.ReadWriteSelectedForChat TeamsAppInstallation.ReadWriteSelectedForTeam
      TeamsAppInstallation.ReadWriteSelectedForUser TeamsAppInstallation.ReadWriteSelfForChat
      TeamsAppInstallation.ReadWriteSelfForTeam TeamsAppInstallation.ReadWriteSelfForUser
      TeamsPolicyUserAssign.ReadWrite.All TeamsTab.Create TeamsTab.ReadWrite.All TeamsTab.ReadWriteForChat
      TeamsTab.ReadWriteForTeam TeamsTab.ReadWriteForUser TeamsTab.ReadWriteSelfForChat
      TeamsTab.ReadWriteSelfForTeam TeamsTab.ReadWriteSelfForUser TeamworkAppSettings.ReadWrite.All
      TeamworkDevice.ReadWrite.All TermStore.ReadWrite.All ThreatAssessment.ReadWrite.All
      ThreatIndicators.ReadWrite.OwnedBy ThreatSubmission.ReadWrite.All ThreatSubmissionPolicy.ReadWrite.All
      User.Invite.All VirtualAppointmentNotification.Send WindowsUpdates.ReadWrite.All
      WorkforceIntegration.ReadWrite.All eDiscovery.ReadWrite.All
    `,
  },
];

const kinds: readonly PermissionKind[] = ["application", "delegated"];

const classified: ReadonlyMap<string, Classified> = new Map(
  groups.flatMap(({ tier, reason, ...names }) =>
    kinds.flatMap((kind) => namesIn(names[kind]).map((name) => [`${kind} ${name}`, { tier, reason }] as const)),
  ),
);

/** Undefined: nobody has judged it. */
export function classification(name: string, kind: PermissionKind): Classified | undefined {
  return classified.get(`${kind} ${name}`);
}

export function classifiedNames(kind: PermissionKind): string[] {
  return groups.flatMap((group) => namesIn(group[kind]));
}

function namesIn(text: string): string[] {
  return text.split(/\s+/).filter((name) => name !== "");
}
