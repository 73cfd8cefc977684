import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { features, featuresGrpc, gossip, gossipGrpc, shared, streamsGrpc } from '../protocol/generated.js';

type SupportedMethods = InstanceType<typeof features.SupportedMethods>;
type ClusterInfo = InstanceType<typeof gossip.ClusterInfo>;
type Empty = InstanceType<typeof shared.Empty>;

/** The release of EventStoreDB whose behaviour is followed. */
const followedVersion = '23.10.0';

/** `ServerFeatures.GetSupportedMethods`: the client asks before its first append. */
export function supportedMethods(
  _: ServerUnaryCall<Empty, SupportedMethods>,
  answer: sendUnaryData<SupportedMethods>,
): void {
  const served = new features.SupportedMethods();
  served.setEventStoreServerVersion(followedVersion);
  const services = [streamsGrpc.StreamsService, featuresGrpc.ServerFeaturesService, gossipGrpc.GossipService];
  for (const { path } of services.flatMap((service) => Object.values(service as object) as { path: string }[])) {
    const [, serviceName, methodName] = path.split('/') as [string, string, string];
    const method = new features.SupportedMethod();
    method.setServiceName(serviceName.toLowerCase());
    method.setMethodName(methodName.toLowerCase());
    method.setFeaturesList([]);
    served.addMethods(method);
  }
  answer(null, served);
}

/** `Gossip.Read`: a cluster of one, its leader, for connection strings that ask for discovery. */
export const clusterOfOne =
  (address: string, port: () => number, instanceId: string) =>
  (_: ServerUnaryCall<Empty, ClusterInfo>, answer: sendUnaryData<ClusterInfo>): void => {
    const endpoint = new gossip.EndPoint();
    endpoint.setAddress(address);
    endpoint.setPort(port());
    const id = new shared.UUID();
    id.setString(instanceId);
    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    member.setTimeStamp(String(BigInt(Date.now()) * 10_000n + 621_355_968_000_000_000n));
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endpoint);
    const cluster = new gossip.ClusterInfo();
    cluster.setMembersList([member]);
    answer(null, cluster);
  };
