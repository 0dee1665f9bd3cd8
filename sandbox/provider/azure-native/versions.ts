/** API version of resource groups: that of azure-native 3.28. */
export const RESOURCES_API_VERSION = "2024-03-01";
