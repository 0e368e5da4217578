import { Stack } from 'aws-cdk-lib'
import { CfnSecurityGroup, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { CfnFunction, Function as Lambda } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { parseAllow } from '../shared/adapters/egress/allow.ts'
import { fullName, type Settings } from './config.ts'
import { functionArn, type Grant } from './grants.ts'

/**
 * The private network that those who dial sources are put into. It exists already; ours are a security group, whose id
 * your databases let in, and ways to AWS's own services.
 */
export class Network extends Construct {
  readonly securityGroupId: string
  readonly #subnetIds: readonly string[]

  constructor(scope: Construct, id: string, settings: Settings, network: NonNullable<Settings['network']>) {
    super(scope, id)
    const { vpcId, subnetIds, routeTableIds, endpoints } = network
    const { region } = Stack.of(this)
    this.#subnetIds = subnetIds
    const group = new CfnSecurityGroup(this, 'Dialling', {
      groupDescription: `What ${fullName(settings)} dials sources from`,
      vpcId,
      securityGroupEgress: [
        {
          ipProtocol: 'tcp',
          fromPort: 443,
          toPort: 443,
          cidrIp: '0.0.0.0/0',
          description: 'AWS, and sources by HTTPS',
        },
        ...egressRules(settings.allow),
      ],
    })
    this.securityGroupId = group.attrGroupId
    for (const service of ['dynamodb', 's3'])
      if (routeTableIds.length > 0)
        new CfnVPCEndpoint(this, service, {
          vpcId,
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: 'Gateway',
          routeTableIds,
        })
    if (endpoints.length === 0) return
    const services = new CfnSecurityGroup(this, 'Services', {
      groupDescription: `Endpoints of AWS that ${fullName(settings)} asks`,
      vpcId,
      securityGroupIngress: [
        {
          ipProtocol: 'tcp',
          fromPort: 443,
          toPort: 443,
          sourceSecurityGroupId: group.attrGroupId,
          description: 'Headgate',
        },
      ],
    })
    for (const service of endpoints)
      new CfnVPCEndpoint(this, service, {
        vpcId,
        serviceName: `com.amazonaws.${region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds,
        securityGroupIds: [services.attrGroupId],
      })
  }

  /** Puts a function into the network. */
  take(fn: Lambda): void {
    const resource = fn.node.defaultChild as CfnFunction
    resource.vpcConfig = { subnetIds: [...this.#subnetIds], securityGroupIds: [this.securityGroupId] }
  }

  /**
   * What Lambda itself does with the function's role to give it an address: EC2 knows no resources for it. The code of
   * the function may not.
   */
  grant(functionName: string): Grant {
    const actions = [
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ]
    const ofCode = { ArnEquals: { 'lambda:SourceFunctionArn': functionArn(Stack.of(this), functionName) } }
    return {
      statements: [
        new PolicyStatement({ actions, resources: ['*'] }),
        new PolicyStatement({ effect: Effect.DENY, actions, resources: ['*'], conditions: ofCode }),
      ],
      variables: {},
    }
  }
}

/** The allow-list as rules of the security group. Hosts are known by name alone, and so are ports without a network. */
function egressRules(allow: readonly string[]): CfnSecurityGroup.EgressProperty[] {
  return parseAllow(allow.join(',')).map((rule) => {
    const [fromPort, toPort] = rule.port === '*' ? [0, 65_535] : [rule.port, rule.port]
    const description = rule.is === 'host' ? rule.name : 'allow'
    const cidr = rule.is === 'host' ? '0.0.0.0/0' : `${rule.network.address}/${rule.network.bits}`
    const to = cidr.includes(':') ? { cidrIpv6: cidr } : { cidrIp: cidr }
    return { ipProtocol: 'tcp', fromPort, toPort, ...to, description }
  })
}
