import FoundationEssentials
import Testing

@testable import Notify

/// What Home Assistant is told.
struct HomeAssistantTests {
    private let topics = HomeAssistant(
        id: "cctv_1234", host: "attic", version: "1.0", prefix: "homeassistant")

    private let situation = Situation(
        cameras: [
            .init(name: "yard", isWanted: true, isConnected: true, isRecorded: true),
            .init(
                name: "gate", isWanted: true, isConnected: false, isRecorded: false,
                reason: "no route"),
        ], storage: .init(used: 250, limit: 1000, free: 5000, reserved: 10))

    @Test func `every camera has two sensors, under topics that the states use`() throws {
        let message = topics.discovery(cameras: ["yard", "gate"], gone: ["attic-old"])
        #expect(message.topic == "homeassistant/device/cctv_1234/config")
        #expect(message.isRetained)
        let document = try JSONDecoder().decode(Document.self, from: Data(message.payload))
        #expect(document.availability_topic == "cctv/cctv_1234/availability")
        #expect(document.device.identifiers == ["cctv_1234"])
        let states = Set(topics.state(situation, problems: 1).map(\.topic))
        let described = document.components.values.compactMap(\.state_topic)
        #expect(described.count == 6)
        #expect(described.allSatisfy { states.contains($0) })
        let ids = document.components.values.compactMap(\.unique_id)
        #expect(Set(ids).count == ids.count)
        #expect(document.components["attic-old_recording"]?.state_topic == nil)
        #expect(document.components["attic-old_recording"]?.platform == "binary_sensor")
    }

    @Test func `the states are what Home Assistant takes for on and off`() throws {
        let states = Dictionary(
            uniqueKeysWithValues: topics.state(situation, problems: 1).map {
                ($0.topic, String(decoding: $0.payload, as: UTF8.self))
            })
        #expect(states["cctv/cctv_1234/camera/yard/recording"] == "ON")
        #expect(states["cctv/cctv_1234/camera/gate/connectivity"] == "OFF")
        #expect(states["cctv/cctv_1234/camera/gate/reason"] == "no route")
        #expect(states["cctv/cctv_1234/problem"] == "ON")
        #expect(states["cctv/cctv_1234/storage"]?.contains("\"used_percent\":25") == true)
    }

    private struct Document: Decodable {
        struct Device: Decodable { var identifiers: [String] }
        struct Component: Decodable {
            var platform: String
            var unique_id: String?
            var state_topic: String?
        }
        var device: Device
        var availability_topic: String
        var components: [String: Component]
    }
}
