import MessagePassing
import Testing

/// What the environment says of a process before MPI is there.
@Suite struct LaunchedProcessTests {
  private func launched(_ variables: [String: String]) -> LaunchedProcess { LaunchedProcess { variables[$0] } }

  @Test(
    arguments: [
      (["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "8"], 3, 8),
      (["PMIX_RANK": "2", "SLURM_PROCID": "2", "SLURM_STEP_NUM_TASKS": "4"], 2, 4),
      (["PMI_RANK": "5", "PMI_SIZE": "6"], 5, 6),
      (["SLURM_PROCID": "7", "SLURM_STEP_NUM_TASKS": "9"], 7, 9),
      (["PMIX_RANK": "1"], 1, nil),
      // mpirun within Slurm starts its helpers by srun: theirs is another number.
      (
        [
          "OMPI_COMM_WORLD_RANK": "6", "OMPI_COMM_WORLD_SIZE": "8", "PMIX_RANK": "6", "SLURM_PROCID": "1",
          "SLURM_STEP_NUM_TASKS": "2",
        ], 6, 8
      ),
      // A batch script is one process, however many the job may have.
      (["SLURM_PROCID": "0", "SLURM_NTASKS": "16"], 0, nil),
      (["OMPI_COMM_WORLD_RANK": "x", "PMI_RANK": "-1", "SLURM_PROCID": "4"], 4, nil),
      ([:], nil, nil),
    ] as [([String: String], Int?, Int?)])
  func whoHasStartedItSaysWhichItIs(variables: [String: String], rank: Int?, count: Int?) {
    let launched = launched(variables)
    #expect(launched.rank == rank && launched.count == count)
    #expect(launched.isFirst == ((rank ?? 0) == 0))
    #expect(launched.name.hasPrefix("rank \(rank ?? 0) ("))
  }
}
