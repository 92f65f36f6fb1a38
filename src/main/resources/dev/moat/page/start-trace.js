showTrace();
