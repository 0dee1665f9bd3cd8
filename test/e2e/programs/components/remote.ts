/** What an SDK that `pulumi package add` made does in any language: the component is constructed by its provider. */
import * as pulumi from "@pulumi/pulumi";

class AppRegistration extends pulumi.ComponentResource {
  declare readonly clientId: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs) {
    super("tenantwire:index:AppRegistration", name, { clientId: undefined, ...args }, {}, true);
  }
}

const application = new AppRegistration("remote", {
  displayName: "From another language",
  applicationPermissions: ["User.Read.All"],
});

export const clientId = application.clientId;
