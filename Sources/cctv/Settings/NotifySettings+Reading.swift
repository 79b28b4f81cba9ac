import Notify

extension NotifySettings {
    /// Reads who is told.
    ///
    /// - Throws: `SettingsError` for an address or a time that is none; no error shows a secret.
    init(_ values: SettingValues) throws(SettingsError) {
        self.init()
        if let url = try Self.address(.webhookURL, values) {
            webhook = Webhook(url: url, secret: try values.textIfSet(.webhookSecret) ?? "")
        }
        pingURL = try Self.address(.pingURL, values)
        pingInterval = .seconds(try values.whole(.pingInterval))
        patience = .seconds(try values.whole(.notifyAfter))
        broker = try Self.broker(values)
        authorities = try values.textIfSet(.notifyAuthorities)
        let time = try values.text(.digestAt)
        if time.lowercased() != "off" {
            guard let seconds = Self.seconds(time) else {
                throw SettingsError(
                    "\(SettingsKey.digestAt.name): '\(time)' is no time of day; allowed is a local "
                        + "time like 08:00, or off")
            }
            digestAt = seconds
        }
    }

    private static func broker(_ values: SettingValues) throws(SettingsError) -> Broker? {
        guard let url = try values.textIfSet(.mqttURL), !url.isEmpty else { return nil }
        guard var broker = Broker(url: url) else {
            // The address is not repeated: somebody may have put a password into it.
            throw SettingsError(
                "\(SettingsKey.mqttURL.name) is no broker's address; allowed is mqtt://HOST[:PORT] "
                    + "or mqtts://HOST[:PORT], user and password have settings of their own")
        }
        broker.username = try values.textIfSet(.mqttUsername)
        broker.password = try values.textIfSet(.mqttPassword)
        broker.discoveryPrefix = try values.text(.mqttDiscoveryPrefix)
        let isTopic = broker.discoveryPrefix.utf8.allSatisfy {
            $0 > 0x20 && !"+#".utf8.contains($0)
        }
        guard isTopic, !broker.discoveryPrefix.isEmpty else {
            throw SettingsError(
                "\(SettingsKey.mqttDiscoveryPrefix.name): '\(broker.discoveryPrefix)' is no topic; "
                    + "allowed is text without blanks, + and #")
        }
        return broker
    }

    private static func address(
        _ key: SettingsKey, _ values: SettingValues
    ) throws(SettingsError) -> String? {
        guard let url = try values.textIfSet(key), !url.isEmpty else { return nil }
        guard WebAddress.isValid(url) else {
            throw SettingsError(
                "\(key.name) is no address; allowed is http://HOST/PATH or https://HOST/PATH")
        }
        return url
    }

    /// Seconds since midnight of `HH:MM`; nil for anything else.
    static func seconds(_ time: String) -> Int? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute), parts[1].count == 2
        else { return nil }
        return hour * 3600 + minute * 60
    }
}
