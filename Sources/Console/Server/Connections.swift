import NIOCore
import Synchronization

/// The connections of one listener: how many there are from where, and a way to end them all.
final class Connections: Sendable {
    /// The most connections of all clients together.
    static let greatestTotal = 256
    /// The most connections of one address.
    static let greatestPerAddress = 64

    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var perAddress: [String: Int] = [:]
    }
    private let state = Mutex(State())

    /// How many connections are open.
    var count: Int { state.withLock { $0.channels.count } }

    /// Counts a connection in, or returns false if there are too many.
    func enter(_ channel: any Channel, from address: String?) -> Bool {
        state.withLock { state in
            guard state.channels.count < Self.greatestTotal else { return false }
            if let address {
                guard state.perAddress[address, default: 0] < Self.greatestPerAddress else {
                    return false
                }
                state.perAddress[address, default: 0] += 1
            }
            state.channels[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    /// Counts a connection out; one that was not let in is ignored.
    func leave(_ channel: any Channel, from address: String?) {
        state.withLock { state in
            guard state.channels.removeValue(forKey: ObjectIdentifier(channel)) != nil,
                let address, let count = state.perAddress[address]
            else { return }
            state.perAddress[address] = count > 1 ? count - 1 : nil
        }
    }

    /// Ends every connection, whatever it is doing.
    func endAll() {
        for channel in state.withLock({ Array($0.channels.values) }) { channel.close(promise: nil) }
    }
}

/// Counts one connection, and ends it at once when there are too many.
final class ConnectionCounter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let connections: Connections
    private var address: String?
    private var hasEntered = false

    init(_ connections: Connections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { enter(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        enter(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        connections.leave(context.channel, from: address)
        context.fireChannelInactive()
    }

    private func enter(_ context: ChannelHandlerContext) {
        guard !hasEntered else { return }
        hasEntered = true
        address = context.remoteAddress?.ipAddress
        if !connections.enter(context.channel, from: address) { context.close(promise: nil) }
    }
}
