/* What the tests of GenMC take for granted, as far as a program that really runs can have it. A thread
   that assumes what is not so ends. */
#ifndef GENMC_H
#define GENMC_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define __VERIFIER_assume(condition)        \
  do {                                      \
    if (!(condition)) pthread_exit(NULL);   \
  } while (0)

#endif
