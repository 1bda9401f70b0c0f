/** Pulumi's type tokens of the resources that rules judge. */
export const TYPES = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
  remoteImage: "docker:index/remoteImage:RemoteImage",
  command: "command:local:Command",
  privateKey: "tls:index/privateKey:PrivateKey",
  certRequest: "tls:index/certRequest:CertRequest",
  selfSignedCert: "tls:index/selfSignedCert:SelfSignedCert",
  locallySignedCert: "tls:index/locallySignedCert:LocallySignedCert",
  dnsRecord: "cloudflare:index/dnsRecord:DnsRecord",
  oldDnsRecord: "cloudflare:index/record:Record",
  zoneSetting: "cloudflare:index/zoneSetting:ZoneSetting",
  dockerProvider: "pulumi:providers:docker",
  commandProvider: "pulumi:providers:command",
} as const;
