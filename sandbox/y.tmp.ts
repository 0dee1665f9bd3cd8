import { createWorld } from "./world.ts"; import { graphHost } from "./hosts/graph/index.ts"; import { issueAccessToken } from "./tokens.ts"; import {directory} from "./directory/index.ts";
const w = createWorld({users:100000}); const t0=performance.now(); directory(w); console.log("open",performance.now()-t0, process.memoryUsage().heapUsed/1e6); const g = graphHost(w);
const tok=async(p:any)=>({authorization:"Bearer "+(await issueAccessToken(w,p,"https://graph.microsoft.com")).access_token, host:"graph.microsoft.com"});
const A=await tok(w.administrator);
async function call(method:any,url:string,payload?:any,headers:any={}){ const r=await g.inject({method,url,headers:{...A,...headers,...(payload&&{"content-type":"application/json"})},...(payload&&{payload})}); if(!headers.quiet)console.log(method,url,r.statusCode, r.body.slice(0,600)); return r.body? (r.headers["content-type"] as string)?.includes("json") ? r.json():r.body:undefined as any; }
const strip=(u:string)=>u.replace("https://graph.microsoft.com","");
let url="/v1.0/users?$select=id,displayName,mail,userPrincipalName,givenName,surname,department,jobTitle,accountEnabled,onPremisesExtensionAttributes&$top=999"; let n=0,p=0; const t1=performance.now();
while(url){const r=await g.inject({method:"GET",url,headers:A}); const b=r.json() as any; n+=b.value.length;p++; url=b["@odata.nextLink"]?strip(b["@odata.nextLink"]):"";}
console.log(n,p,(performance.now()-t1)/p,"ms/page incl parse");
await call("GET","/v1.0/users?$top=1"); await call("GET","/v1.0/users?$filter=startswith(displayName,'an') and accountEnabled eq false&$select=displayName&$top=2");
await call("GET","/v1.0/groups?$filter=displayName eq 'engineering'&$select=id,displayName");
const gs=(await call("GET","/v1.0/groups?$filter=displayName eq 'OnePlan Users'&$select=id")).value[0].id;
await call("GET",`/v1.0/groups/${gs}/members?$select=id,displayName&$top=2`);
await call("GET",`/v1.0/groups/${gs}/transitiveMembers/microsoft.graph.user?$count=true&$top=2&$select=id`,undefined,{consistencylevel:"eventual"});
await call("GET",`/v1.0/groups/${gs}/transitiveMembers/$count`,undefined,{consistencylevel:"eventual"});
const d=await call("GET","/v1.0/users/delta?$deltaToken=latest&$select=displayName,mail,department");
const gd=await call("GET","/v1.0/groups/delta?$deltaToken=latest&$select=members");
const u=(await call("GET",`/v1.0/users?$top=3&$select=id,displayName`)).value;
await call("PATCH",`/v1.0/users/${u[1].id}`,{displayName:"New Name",jobTitle:"x"}); await call("PATCH",`/v1.0/users/${u[0].id}`,{jobTitle:"x"}); await call("DELETE",`/v1.0/users/${u[2].id}`);
await call("POST","/v1.0/users",{displayName:"Hire",mailNickname:"h",userPrincipalName:"h@contoso.com",accountEnabled:true,passwordProfile:{password:"x"},mail:"h@contoso.com"});
await call("POST",`/v1.0/groups/${gs}/members/$ref`,{"@odata.id":`https://graph.microsoft.com/v1.0/directoryObjects/${u[1].id}`});
await call("GET",strip(d["@odata.deltaLink"])); await call("GET",strip(gd["@odata.deltaLink"]));
let pages=0, items=0, mem=0; url="/v1.0/groups/delta?$select=members,displayName"; while(url){ const b=await call("GET",url,undefined,{quiet:1}); pages++; items+=b.value.length; for(const v of b.value) mem+=(v["members@delta"]??[]).length; url=b["@odata.nextLink"]?strip(b["@odata.nextLink"]):""; } console.log({pages,items,mem}, Object.values(directory(w).data.members).reduce((a,b)=>a+b.length,0));
w.advance(8*864e5); const A2=await tok(w.administrator); Object.assign(A,A2); const r=await g.inject({method:"GET",url:strip(d["@odata.deltaLink"]),headers:A}); console.log(r.statusCode,r.headers.location,r.body);
await call("POST","/v1.0/$batch",{requests:[{id:"1",method:"GET",url:`/users/${u[0].id}?$select=displayName`},{id:"2",method:"GET",url:"/users/nope",dependsOn:["1"]},{id:"3",method:"GET",url:"/users",dependsOn:["2"]}]});
const t3=performance.now(); const s=JSON.stringify(directory(w).data).length; console.log("json",s/1e6,performance.now()-t3);
