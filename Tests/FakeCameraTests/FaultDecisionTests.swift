import Platform
import Testing

@testable import AVRemux
@testable import FakeCamera

@Suite struct FaultDecisionTests {
    private func frame(
        isKey: Bool = false, isIDR: Bool = false, packets: Int = 3
    ) -> PacketizedMedia.Frame {
        PacketizedMedia.Frame(
            stream: 0, timestamp: 0, dueTicks: 0, isKey: isKey, isIDR: isIDR, packets: 0..<packets,
            mark: nil)
    }

    /// What becomes of 100 video frames at 25 frames/s, the key frames 25 apart.
    private func actions(_ plan: FaultPlan?, isVideo: Bool = true) -> [SessionFaults.Action] {
        var faults = SessionFaults(plan)
        var sent = 0
        return (0..<100).map { index in
            let key = isVideo && index % 25 == 0
            let action = faults.action(
                frame(isKey: key, isIDR: key), isVideo: isVideo, position: Int64(index) * 3_600,
                videoFrames: isVideo ? sent : index)
            if action == .send { sent += 1 }
            return action
        }
    }

    @Test func `every fault has a name in kebab case and a sentence of its own`() {
        for fault in Fault.allCases {
            #expect(fault.rawValue.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
            #expect(!fault.summary.isEmpty && fault.summary.count < 90)
        }
        #expect(Set(Fault.allCases.map(\.summary)).count == Fault.allCases.count)
    }

    @Test func `a good camera sends everything`() {
        #expect(actions(nil).allSatisfy { $0 == .send })
    }

    @Test func `a fault begins after its number of frames`() {
        let actions = actions(FaultPlan(.audioOnlyAfter, afterFrames: 30))
        #expect(actions.firstIndex(of: .skip) == 30)
        #expect(actions[30...].allSatisfy { $0 == .skip })
    }

    @Test func `a fault with a duration ends`() {
        let plan = FaultPlan(.audioOnlyAfter, afterFrames: 30, duration: .seconds(1))
        #expect(actions(plan).filter { $0 == .skip }.count == 25)
    }

    @Test func `a stall, an end and a reset happen once`() {
        for (fault, action) in [
            (Fault.stall, SessionFaults.Action.hold(nil, halfFrame: false)),
            (.stallMidFrame, .hold(nil, halfFrame: true)),
            (.pause, .hold(.seconds(20), halfFrame: false)),
            (.fin, .close(reset: false, midPacket: false)),
            (.finMidFrame, .close(reset: false, midPacket: true)),
            (.rst, .close(reset: true, midPacket: false)),
        ] {
            let actions = actions(FaultPlan(fault, afterFrames: 10))
            #expect(actions.filter { $0 != .send } == [action], "\(fault)")
            #expect(actions.firstIndex(of: action) == 10)
        }
    }

    @Test func `a stream without IDR pictures leaves them all out`() {
        #expect(actions(FaultPlan(.noIDR)).filter { $0 == .skip }.count == 4)
    }

    @Test func `a long GOP keeps its first key frame only`() {
        let actions = actions(FaultPlan(.longGOP))
        #expect(actions[0] == .send)
        #expect(actions.filter { $0 == .skip }.count == 3)
        #expect(
            self.actions(FaultPlan(.longGOP, duration: .seconds(2))).filter { $0 == .skip }.count
                == 1)
    }

    @Test func `parameter sets change at a key frame`() {
        let actions = actions(FaultPlan(.parameterSetChange, afterFrames: 30))
        #expect(actions.firstIndex(of: .switchMedia) == 50)
    }

    @Test func `sound that is silent, late or stops leaves out sound only`() {
        #expect(actions(FaultPlan(.silentAudio), isVideo: false).allSatisfy { $0 == .skip })
        #expect(
            actions(FaultPlan(.audioLate, afterFrames: 40), isVideo: false)
                .firstIndex(of: .send) == 40)
        #expect(
            actions(FaultPlan(.audioStops, afterFrames: 40), isVideo: false)
                .firstIndex(of: .skip) == 40)
        for fault in [Fault.silentAudio, .audioLate, .audioStops] {
            #expect(actions(FaultPlan(fault)).allSatisfy { $0 == .send })
        }
    }

    @Test func `packets are lost, swapped and doubled one in so many`() {
        for (fault, kind) in [
            (Fault.packetLoss, PacketDamage.Kind.loss), (.packetDuplicate, .duplicate),
            (.packetReorder, .delay),
        ] {
            var damage = PacketDamage(FaultPlan(fault, every: 4))
            #expect(damage.isUsed)
            let kinds = (0..<8).map { _ in damage.next(isAnyDelayed: false) }
            #expect(kinds == [.none, .none, .none, kind, .none, .none, .none, kind])
        }
        var damage = PacketDamage(FaultPlan(.packetReorder, every: 1))
        #expect(damage.next(isAnyDelayed: true) == .none)
    }

    @Test func `clocks run fast, jump, and stamp single frames wrongly`() {
        func stamps(_ plan: FaultPlan, kind: PacketizedMedia.Kind = .video) -> [Int64] {
            var stamps = StampFaults(plan)
            return (0..<6).map {
                stamps.stamp(Int64($0) * 100, rate: 100, kind: kind, isActive: $0 >= 2)
            }
        }
        #expect(stamps(FaultPlan(.clockFast)) == [0, 115, 230, 345, 460, 575])
        #expect(stamps(FaultPlan(.clockSlow)) == [0, 85, 170, 255, 340, 425])
        #expect(stamps(FaultPlan(.audioFast), kind: .audio) == [0, 102, 204, 306, 408, 510])
        #expect(
            stamps(FaultPlan(.timestampJumpForward, step: .seconds(10)))
                == [0, 100, 1_200, 1_300, 1_400, 1_500])
        #expect(
            stamps(FaultPlan(.timestampJumpBack, step: .seconds(1)))
                == [0, 100, 100, 200, 300, 400])
        #expect(
            stamps(FaultPlan(.timestampOutlier, every: 2, step: .seconds(50)))
                == [0, 100, -4_800, 300, -4_600, 500])
        #expect(
            stamps(FaultPlan(.timestampDuplicate, every: 2)) == [0, 100, 100, 300, 300, 500])
        #expect(
            StampFaults(FaultPlan(.timestampWrap, step: .seconds(2))).base(rate: 90_000)
                == UInt32.max - 179_999)
    }

    @Test func `ticks and durations are each other's inverse`() {
        #expect(Duration.seconds(120).ticks == 10_800_000)
        #expect(Duration.ticks(3_600) == .milliseconds(40))
        #expect(Duration.ticks(Duration.nanoseconds(Int64.max / 2).ticks).seconds > 1e9)
    }
}
