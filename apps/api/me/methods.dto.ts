import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, IsUUID, MaxLength, ValidateNested } from 'class-validator';
import { QuestionAnswer } from '../recovery/recovery.dto.js';
import { methodNames, type Method } from '#libs/domain/methods';

export class RegisterMethodBody {
  @ApiProperty({ enum: methodNames })
  @IsIn(methodNames)
  method!: Method;

  @ApiPropertyOptional({ description: 'the address, or the number as `+81 90…`', maxLength: 256 })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  contact?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'the method whose place it takes once it is confirmed' })
  @IsOptional()
  @IsUUID()
  replaces?: string;
}

export class RegisterQuestionsBody {
  @ApiProperty({ type: [QuestionAnswer], description: 'each question once, each answer once, 3 to 40 characters' })
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => QuestionAnswer)
  answers!: QuestionAnswer[];
}
