/** AWS's own device SDK, both of its MQTT clients, unmodified. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { iot, mqtt, mqtt5 } from "aws-iot-device-sdk-v2";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { authority, device, startBroker } from "../support.ts";

const test = suite("emulator: broker: AWS IoT Device SDK v2");
let broker: Awaited<ReturnType<typeof startBroker>>;
test.before(async () => {
  broker = await startBroker();
});
test.after(async () => {
  await broker.close();
  // The SDK's native clients keep Node running until they are collected, close() or not.
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
});

const topic = "$aws/things/press-07/defender/metrics/json/accepted";

test("its MQTT 5 client connects, subscribes, publishes and receives", async () => {
  const builder = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromMemory(
    "localhost",
    device.certificatePem,
    device.keyPem,
  )
    .withCertificateAuthority(authority.certificatePem)
    .withPort(broker.port)
    .withConnectProperties({ clientId: "press-07", keepAliveIntervalSeconds: 60 });
  const client = new mqtt5.Mqtt5Client(builder.build());
  const settings = new Promise<mqtt5.NegotiatedSettings>((resolve, reject) => {
    client.once("connectionSuccess", (event) => resolve(event.settings));
    client.once("connectionFailure", (event) => reject(event.error));
  });
  client.start();
  assert.is((await settings).maximumQos, mqtt5.QoS.AtLeastOnce);
  const received = new Promise<mqtt5.PublishPacket>((resolve) =>
    client.once("messageReceived", (event) => resolve(event.message)),
  );
  const suback = await client.subscribe({
    subscriptions: [{ topicFilter: topic, qos: mqtt5.QoS.AtLeastOnce }],
  });
  assert.equal(suback.reasonCodes, [mqtt5.SubackReasonCode.GrantedQoS1]);
  const puback = await client.publish({
    topicName: "$aws/test/report",
    qos: mqtt5.QoS.AtLeastOnce,
    payload: "{}",
  });
  assert.is(puback?.reasonCode, mqtt5.PubackReasonCode.Success);
  broker.publish(topic, Buffer.from("reply"));
  assert.is(Buffer.from((await received).payload as ArrayBuffer).toString(), "reply");
  const stopped = new Promise<void>((resolve) => client.once("stopped", () => resolve()));
  client.stop();
  await stopped;
  client.close();
});

test("its MQTT 3.1.1 client connects, subscribes, publishes and receives", async () => {
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(
    device.certificatePem,
    device.keyPem,
  )
    .with_certificate_authority(authority.certificatePem)
    .with_endpoint("127.0.0.1")
    .with_port(broker.port)
    .with_client_id("press-07")
    .with_clean_session(true)
    .with_keep_alive_seconds(60)
    .build();
  const connection = new mqtt.MqttClient().new_connection(config);
  connection.on("error", () => {});
  assert.is(await connection.connect(), false, "no session was there");
  let receive: (payload: string) => void;
  const received = new Promise<string>((resolve) => {
    receive = resolve;
  });
  const { qos } = await connection.subscribe(topic, mqtt.QoS.AtLeastOnce, (_topic, payload) =>
    receive(Buffer.from(payload).toString()),
  );
  assert.is(qos, mqtt.QoS.AtLeastOnce);
  await connection.publish("$aws/test/report", "{}", mqtt.QoS.AtLeastOnce);
  assert.is(broker.reserved.length, 2);
  broker.publish(topic, Buffer.from("reply"));
  assert.is(await received, "reply");
  await connection.disconnect();
});

test.run();
