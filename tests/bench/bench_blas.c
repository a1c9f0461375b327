/*
 * The floor of a process that links OpenBLAS: starts, asks it for one product, ends.
 */
#include <cblas.h>
#include <stdio.h>

int main(void) {
    double a[4] = {1, 2, 3, 4}, c[4] = {0};
    openblas_set_num_threads(1);
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, 2, 2, 1.0, a, 2, 0.0, c, 2);
    printf("%g\n", c[0]);
    return 0;
}
