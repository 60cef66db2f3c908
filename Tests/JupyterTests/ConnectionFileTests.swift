import Jupyter
import TestSupport
import Testing

@Suite struct ConnectionFileTests {
  private static let ports = #""shell_port":1,"iopub_port":2,"stdin_port":3,"control_port":4,"hb_port":5"#

  @Test func whatJupyterWrites() throws {
    let folder = ScratchFolder()
    let path = folder.write(
      "kernel.json",
      #"{"transport":"tcp","ip":"127.0.0.1","key":"k","signature_scheme":"hmac-sha256","kernel_name":"ddpm",\#(Self.ports)}"#
    )
    let file = try ConnectionFile(path: path)
    #expect(file.address(of: .shell) == "tcp://127.0.0.1:1")
    #expect(file.address(of: .iopub) == "tcp://127.0.0.1:2")
    #expect(file.address(of: .hb) == "tcp://127.0.0.1:5")
    #expect(file.key == "k")
    let ipc = try ConnectionFile(
      path: "c", bytes: Array(#"{"transport":"ipc","ip":"/tmp/k","key":"",\#(Self.ports)}"#.utf8))
    #expect(ipc.address(of: .control) == "ipc:///tmp/k-4")
  }

  @Test(arguments: [
    ("", "c is no connection file of Jupyter's: "), ("[]", "c is no connection file of Jupyter's: "),
    (#"{"ip":"1.2.3.4","key":"k"}"#, "c: shell_port should be a number from 1 to 65535"),
    (#"{"key":"k",\#(ports)}"#, "c: ip should be a text"),
    (#"{"ip":"::1","key":7,\#(ports)}"#, "c: key should be a text"),
    (#"{"ip":"a","key":"k","transport":"udp",\#(ports)}"#, "c: transport should be tcp or ipc, not 'udp'"),
    (
      #"{"ip":"a","key":"k","signature_scheme":"none",\#(ports)}"#,
      "c: signature_scheme should be hmac-sha256, not 'none'"
    ),
  ])
  func whatItIsNot(text: String, says: String) throws {
    let error = #expect(throws: ConnectionFileError.self) {
      try ConnectionFile(path: "c", bytes: Array(text.utf8))
    }
    #expect(error?.description.hasPrefix(says) == true, "\(String(describing: error))")
  }
}
