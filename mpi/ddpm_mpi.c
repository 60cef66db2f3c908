// What ddpm-repl needs of MPI, behind functions of plain numbers: MPI's own names are macros and types of each
// implementation, which Swift cannot import. Built as a library of its own, which the program loads when it is told to
// (--mpi): without MPI it neither needs it nor knows of it.
//
// All transfers are begun here and awaited by ddpm_mpi_test, so that the caller can give up on a peer that does not
// answer; one at a time, and a letter of each direction beside it. They return 0, or MPI's error code.

#define _GNU_SOURCE
#include <malloc.h>
#include <mpi.h>
#include <sched.h>
#include <string.h>

// What all do together, a letter that is sent, one that is received.
static MPI_Request requests[3] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL, MPI_REQUEST_NULL};

// A message without contents, by its tag; letters have one of their own.
enum { first_tag = 7100, letter_tag = 7099 };

int ddpm_mpi_interface(void) { return 2; }

int ddpm_mpi_start(int *rank, int *count, int *count_on_node) {
  // What is exchanged in every step is as long as a gradient: given back to the system each time, it would take its pages
  // anew.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  int given = 0;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &given);
  if (code) return code;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, count);
  MPI_Comm node;
  code = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  if (code) return code;
  MPI_Comm_size(node, count_on_node);
  return MPI_Comm_free(&node);
}

// Everybody's `count` bytes, to everybody.
int ddpm_mpi_gather_bytes(const void *own, int count, void *all) {
  return MPI_Iallgather(own, count, MPI_BYTE, all, count, MPI_BYTE, MPI_COMM_WORLD, &requests[0]);
}

int ddpm_mpi_gather_floats(const float *own, int count, float *all, const int *counts, const int *places) {
  return MPI_Iallgatherv(own, count, MPI_FLOAT, all, counts, places, MPI_FLOAT, MPI_COMM_WORLD, &requests[0]);
}

int ddpm_mpi_exchange_floats(const float *own, const int *counts, const int *places, float *all, const int *all_counts,
                             const int *all_places) {
  return MPI_Ialltoallv(own, counts, places, MPI_FLOAT, all, all_counts, all_places, MPI_FLOAT, MPI_COMM_WORLD, &requests[0]);
}

// The first process's bytes, to all others.
int ddpm_mpi_broadcast(void *bytes, int count) {
  return MPI_Ibcast(bytes, count, MPI_BYTE, 0, MPI_COMM_WORLD, &requests[0]);
}

// Whether what was begun last is done, of all (0), of letters sent (1) or received (2).
int ddpm_mpi_test(int which, int *done) { return MPI_Test(&requests[which], done, MPI_STATUS_IGNORE); }

// Bytes to one process, which looks for them when it likes.
int ddpm_mpi_post(int to, const void *bytes, int count) {
  return MPI_Isend(bytes, count, MPI_BYTE, to, letter_tag, MPI_COMM_WORLD, &requests[1]);
}

// Who has sent a letter and how long it is; `from` stays as it is where there is none.
int ddpm_mpi_find_letter(int *from, int *count) {
  int is_there = 0;
  MPI_Status status;
  int code = MPI_Iprobe(MPI_ANY_SOURCE, letter_tag, MPI_COMM_WORLD, &is_there, &status);
  if (code || !is_there) return code;
  *from = status.MPI_SOURCE;
  return MPI_Get_count(&status, MPI_BYTE, count);
}

// Takes the letter that was found.
int ddpm_mpi_take_letter(int from, void *bytes, int count) {
  return MPI_Irecv(bytes, count, MPI_BYTE, from, letter_tag, MPI_COMM_WORLD, &requests[2]);
}

// Sends a call, which holds nothing but its number.
int ddpm_mpi_call(int to, int number) {
  MPI_Request request;
  int code = MPI_Isend(NULL, 0, MPI_BYTE, to, first_tag + number, MPI_COMM_WORLD, &request);
  return code ? code : MPI_Request_free(&request);
}

// Takes a call of that number from anybody; `from` stays as it is where there is none.
int ddpm_mpi_take_call(int number, int *from) {
  int is_there = 0;
  MPI_Status status;
  int code = MPI_Iprobe(MPI_ANY_SOURCE, first_tag + number, MPI_COMM_WORLD, &is_there, &status);
  if (code || !is_there) return code;
  *from = status.MPI_SOURCE;
  return MPI_Recv(NULL, 0, MPI_BYTE, *from, first_tag + number, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

// What an error code means, in at most `size` bytes with the last one.
void ddpm_mpi_error_text(int code, char *text, int size) {
  char buffer[MPI_MAX_ERROR_STRING];
  int length = 0;
  if (MPI_Error_string(code, buffer, &length)) length = 0;
  if (length > size - 1) length = size - 1;
  memcpy(text, buffer, (size_t)length);
  text[length] = 0;
}

// Processors that this process may run on.
int ddpm_mpi_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
}

void ddpm_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

int ddpm_mpi_finish(void) { return MPI_Finalize(); }
