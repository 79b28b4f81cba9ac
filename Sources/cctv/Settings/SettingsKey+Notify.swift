/// The settings of notices: who is told, and when.
///
/// Addresses of webhooks and pings are secrets, because the key that lets one use them stands in them.
extension SettingsKey {
    static let webhookURL = Self(
        "WEBHOOK_URL", .secret, .program,
        "An http or https address that notices are posted to as JSON; it has no flag, because such "
            + "addresses hold keys.")
    static let webhookSecret = Self(
        "WEBHOOK_SECRET", .secret, .program,
        "The key of the webhook's signature, HMAC-SHA-256 over time stamp and body.")
    static let mqttURL = Self(
        "MQTT_URL", .text, .program,
        "The MQTT broker, mqtt://HOST[:PORT] or mqtts://HOST[:PORT], that is told every camera's "
            + "state; Home Assistant finds the cameras there by itself.")
    static let mqttUsername = Self(
        "MQTT_USERNAME", .text, .program, "The user name that the broker asks for.")
    static let mqttPassword = Self(
        "MQTT_PASSWORD", .secret, .program, "The password that the broker asks for.")
    static let mqttDiscoveryPrefix = Self(
        "MQTT_DISCOVERY_PREFIX", .text, .program, default: "homeassistant",
        "What Home Assistant's discovery topics begin with.")
    static let notifyAuthorities = Self(
        "NOTIFY_CA_FILE", .path, .program,
        "Certificates in PEM of authorities that may sign an https or mqtts server of notices, "
            + "besides those that the system trusts.")
    static let notifyAfter = Self(
        "NOTIFY_AFTER", .whole(5...86_400, "seconds"), .program, default: "60",
        "For how long a camera may be away before that is told.")
    static let digestAt = Self(
        "DIGEST_AT", .text, .program, default: "off",
        "The local time, like 08:00, at which the share recorded in the last 24 hours is told; or "
            + "off.")
    static let pingURL = Self(
        "PING_URL", .secret, .program,
        "An http or https address that is fetched while all is well; the service behind it alarms "
            + "when that ends.")
    static let pingInterval = Self(
        "PING_INTERVAL", .whole(10...86_400, "seconds"), .program, default: "60",
        "How often PING_URL is fetched.")

    /// Every setting of notices.
    static let notices: [SettingsKey] = [
        webhookURL, webhookSecret, mqttURL, mqttUsername, mqttPassword, mqttDiscoveryPrefix,
        notifyAuthorities, notifyAfter, digestAt, pingURL, pingInterval,
    ]
}
