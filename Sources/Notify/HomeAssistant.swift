internal import Platform

/// The topics of a recorder on an MQTT broker, and what Home Assistant is told of them.
///
/// Device discovery: one retained message describes the recorder and all its cameras, so that they
/// appear by themselves. Pure; `MQTTThread` sends it.
struct HomeAssistant {
    /// The recorder's name in topics: letters, digits and `_`.
    let id: String
    /// The machine's name, for people.
    let host: String
    /// cctv's version.
    let version: String
    /// What discovery topics begin with.
    let prefix: String

    /// A message; `isRetained` ones are what a later listener finds.
    struct Message: Equatable {
        var topic: String
        var payload: [UInt8]
        var isRetained = true
    }

    /// What all topics of this recorder begin with.
    var base: String { "cctv/\(id)" }
    /// `online`, or `offline` by the broker's own word when the recorder is gone.
    var availability: String { "\(base)/availability" }

    /// The state of every camera, the disk and all together.
    func state(_ situation: Situation, problems: Int) -> [Message] {
        var messages = situation.cameras.flatMap { camera in
            [
                message("camera/\(camera.name)/connectivity", camera.isConnected ? "ON" : "OFF"),
                message("camera/\(camera.name)/recording", camera.isRecorded ? "ON" : "OFF"),
                message("camera/\(camera.name)/reason", camera.reason ?? ""),
            ]
        }
        messages.append(message("problem", problems > 0 ? "ON" : "OFF"))
        if let storage = situation.storage {
            messages.append(
                Message(topic: "\(base)/storage", payload: [UInt8](json: StorageState(storage))))
        }
        return messages
    }

    /// A notice as it happens; whoever is not listening misses it.
    func event(_ notice: Notice) -> Message {
        Message(topic: "\(base)/event", payload: notice.json, isRetained: false)
    }

    /// Describes the device.
    ///
    /// - Parameter gone: cameras that were described before and are not there any more: a component
    ///   without anything but its platform is taken away.
    func discovery(cameras: [String], gone: [String]) -> Message {
        var components: [String: Component] = [:]
        for camera in cameras {
            components["\(camera)_connectivity"] = Component(
                platform: "binary_sensor", name: "\(camera) connected",
                uniqueID: "\(id)_\(camera)_connectivity",
                stateTopic: "\(base)/camera/\(camera)/connectivity", deviceClass: "connectivity")
            components["\(camera)_recording"] = Component(
                platform: "binary_sensor", name: "\(camera) recording",
                uniqueID: "\(id)_\(camera)_recording",
                stateTopic: "\(base)/camera/\(camera)/recording", deviceClass: "running")
        }
        for camera in gone {
            components["\(camera)_connectivity"] = Component(platform: "binary_sensor")
            components["\(camera)_recording"] = Component(platform: "binary_sensor")
        }
        components["problem"] = Component(
            platform: "binary_sensor", name: "Problem", uniqueID: "\(id)_problem",
            stateTopic: "\(base)/problem", deviceClass: "problem")
        components["storage"] = Component(
            platform: "sensor", name: "Storage used", uniqueID: "\(id)_storage",
            stateTopic: "\(base)/storage", unit: "%", template: "{{ value_json.used_percent }}")
        let document = Discovery(
            device: .init(
                identifiers: [id], name: "cctv on \(host)", manufacturer: "cctv",
                version: version),
            origin: .init(name: "cctv", version: version), availabilityTopic: availability,
            components: components)
        return Message(topic: "\(prefix)/device/\(id)/config", payload: [UInt8](json: document))
    }

    private func message(_ topic: String, _ payload: String) -> Message {
        Message(topic: "\(base)/\(topic)", payload: Array(payload.utf8))
    }
}

private struct StorageState: Encodable {
    var used_bytes: Int64
    var limit_bytes: Int64
    var free_bytes: Int64
    var used_percent: Double

    init(_ storage: Situation.Storage) {
        used_bytes = storage.used
        limit_bytes = storage.limit
        free_bytes = storage.free
        let share = Double(storage.used) / Double(max(storage.limit, 1))
        used_percent = (share * 1000).rounded() / 10
    }
}

/// Home Assistant's device discovery, as far as it is used.
private struct Discovery: Encodable {
    struct Device: Encodable {
        var identifiers: [String]
        var name: String
        var manufacturer: String
        var version: String

        enum CodingKeys: String, CodingKey {
            case identifiers, name, manufacturer
            case version = "sw_version"
        }
    }

    struct Origin: Encodable {
        var name: String
        var version: String

        enum CodingKeys: String, CodingKey {
            case name
            case version = "sw_version"
        }
    }

    var device: Device
    var origin: Origin
    var availabilityTopic: String
    var components: [String: Component]

    enum CodingKeys: String, CodingKey {
        case device, origin, components
        case availabilityTopic = "availability_topic"
    }
}

private struct Component: Encodable {
    var platform: String
    var name: String?
    var uniqueID: String?
    var stateTopic: String?
    var deviceClass: String?
    var unit: String?
    var template: String?

    enum CodingKeys: String, CodingKey {
        case platform, name
        case uniqueID = "unique_id"
        case stateTopic = "state_topic"
        case deviceClass = "device_class"
        case unit = "unit_of_measurement"
        case template = "value_template"
    }
}
