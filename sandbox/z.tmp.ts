import { createWorld } from "./world.ts"; import { graphHost } from "./hosts/graph/index.ts"; import { issueAccessToken } from "./tokens.ts"; import {directory} from "./directory/index.ts"; import { generatePeople } from "./data/people.ts"; import { collection } from "./directory/collection.ts";
const cpu=()=>{const c=process.cpuUsage();return (c.user+c.system)/1000};
const w = createWorld({users:100000}); 
let c0=cpu(); const p=generatePeople({seed:1,count:100000,ownerId:"o",mailDomain:"contoso.com",initialDomain:"contoso.onmicrosoft.com"}); console.log("people",cpu()-c0);
c0=cpu(); collection(p,"userPrincipalName"); console.log("index",cpu()-c0);
c0=cpu(); directory(w); console.log("open cpu",cpu()-c0); const g = graphHost(w);
const A={authorization:"Bearer "+(await issueAccessToken(w,w.administrator,"https://graph.microsoft.com")).access_token, host:"graph.microsoft.com"};
for (const sel of ["id,displayName,mail,userPrincipalName,givenName,surname,department,jobTitle,accountEnabled,onPremisesExtensionAttributes","id,displayName,mail,userPrincipalName,givenName,surname,department,jobTitle,accountEnabled,employeeId"]) {
const url=`/v1.0/users?$select=${sel}&$top=999`; await g.inject({method:"GET",url,headers:A});
c0=cpu(); for(let i=0;i<200;i++) await g.inject({method:"GET",url,headers:A}); console.log("page cpu ms",(cpu()-c0)/200);}
global.gc?.(); console.log(process.memoryUsage().heapUsed/1e6);
