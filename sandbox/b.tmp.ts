import { generatePeople } from "./data/people.ts"; import { userType } from "./hosts/graph/entities.ts";
const cpu=()=>{const c=process.cpuUsage();return (c.user+c.system)/1000};
const P=generatePeople({seed:1,count:20000,ownerId:"o",mailDomain:"contoso.com",initialDomain:"contoso.onmicrosoft.com"}) as any[];
const names="id,displayName,mail,userPrincipalName,givenName,surname,department,jobTitle,accountEnabled,onPremisesExtensionAttributes".split(",");
const shown=names.map(n=>[n,userType.properties.get(n)!] as const);
const ext=userType.properties.get("onPremisesExtensionAttributes")!.initial as any;
const cache=new WeakMap();
const V:any={
 spread:(page:any[])=>JSON.stringify(page.map(o=>{const r:any={};for(const [n,{initial}] of shown){const v=o[n]; r[n]= v==null?initial: n==="onPremisesExtensionAttributes"?{...(initial as any),...v}:v;}return r;})),
 noext:(page:any[])=>JSON.stringify(page.map(o=>{const r:any={};for(const [n,{initial}] of shown){const v=o[n]; r[n]= v==null?initial: v;}return r;})),
 cached:(page:any[])=>JSON.stringify(page.map(o=>{const r:any={};for(const [n,{initial}] of shown){const v=o[n]; let m=v; if(v==null)m=initial; else if(n==="onPremisesExtensionAttributes"){m=cache.get(v); if(!m)cache.set(v,m={...(initial as any),...v});} r[n]=m;}return r;})),
 cachedText:(page:any[])=>{const out:string[]=[];for(const o of page){const parts:string[]=[];for(const [n,{initial}] of shown){const v=o[n]; parts.push(`"${n}":${v==null?JSON.stringify(initial):typeof v==="string"?JSON.stringify(v):n==="onPremisesExtensionAttributes"?(()=>{let t=cache.get(v); if(typeof t!=="string")cache.set(v,t=JSON.stringify({...(initial as any),...v})); return t;})():JSON.stringify(v)}`);}out.push("{"+parts.join(",")+"}");}return out.join(",");},
 stringifyOnlyPlain:(page:any[])=>JSON.stringify(page.map(o=>({id:o.id,displayName:o.displayName,mail:o.mail,userPrincipalName:o.userPrincipalName,givenName:o.givenName,surname:o.surname,department:o.department,jobTitle:o.jobTitle,accountEnabled:o.accountEnabled}))),
};
for(const k in V){ let c0=0; for(let i=0;i<120;i++){ if(i===40)c0=cpu(); const a=(i%20)*999; V[k](P.slice(a,a+999)); } console.log(k,((cpu()-c0)/80).toFixed(2)); }
