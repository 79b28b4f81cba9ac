import Glibc

/// What whoever runs the tests has chosen in the environment.
public enum Chosen {
    /// `CCTV_FUZZ_ITERATIONS`: how often parsers are given damaged bytes.
    public static var fuzzIterations: Int? { number("CCTV_FUZZ_ITERATIONS") }
    /// `CCTV_SEED`: which of all the things happen that chance may do.
    public static var seed: UInt64? { number("CCTV_SEED").map(UInt64.init(clamping:)) }

    /// A number by its name; nil if it is not set or is none.
    public static func number(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }
}
